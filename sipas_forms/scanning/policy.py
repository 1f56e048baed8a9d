"""The thresholds of the decision policy; `decide` is the policy itself, `docs/policy.md` both as tables.

`bench/accuracy` has the evidence for them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """The thresholds, in the units of the scores. `empty_*` are upper, `mark_*` lower bounds; between them lies doubt.

    Attributes:
        empty_reach, empty_ink: mm, mm²: dust and toner grains are smaller.
        dot_reach, dot_ink, dot_around, dot_off: mm, mm², mm², mm: a resting pen or a larger speck, with nothing around
            it, or the end of something whose middle lies this far from the box's. Beside one plain mark it says
            nothing; alone it is doubtful.
        dot_share: share of this person's usual reach: a dot that reaches as far is doubtful where several answers are
            allowed. The one leg of a tick that showed in its box had half of it, what was left of print in a photo out
            of focus a sixth.
        mark_reach, mark_ink, mark_peak: mm, mm², share of printed black: every deliberate stroke exceeds all three.
        most_noise: share of printed black: paper so noisy hides a hard pencil's line, which is 0.3 and would have to be
            six times the noise (`INK_NOISE` in `marks`). One photo in 200 is.
        mark_cover, mark_gap: share of the inside, mm: strokes cover less and leave a larger white disc than scribbles
            and fills.
        displaced_reach, displaced_ink, displaced_off: mm, mm², mm: a mark that lies partly outside its box has at least
            so much in it, and its middle no further from the box's middle; what reaches in from a neighbour has.
        displaced_among, displaced_outside: mm, share of the ink inside: the same beside other marks of a question: the
            middle is in the box, and there is so much outside it.
        displaced_stray: mm² of ink elsewhere in the question's row, at most: a word that reaches into a box has more.
        displaced_least, displaced_most: shares of this person's usual ink that such a mark has in and around its box.
            Of 2,300 such pieces of ink (300 forms of people who try a reader among them) all with 0.55 and more, as
            dark and without a circle round them were meant; most circles have more. Down to 0.4, with `hair_share`, no
            hair of 800 pages of `+hairs` was taken for one.
        embracing_off, embracing_stray, embracing_longest: mm, mm², mm: a large tick may leave its box empty and go
            around it; its middle is in the box then, the tail that runs out into the row has no more ink and is no
            longer than this, and there is no ink (`clean`) before the boxes of other questions near it. Marks between
            two boxes lie 2.0 mm off and more, and longer in the row.
        clean: mm² of ink around every other box, at most, for a displaced mark to count.
        fill_around: mm²: a fill keeps to its box, a black-out of somebody in earnest spills over more.
        fill_usual: times what the neatest quarter of this person's marks spill over: with a marker all do.
        usual_fill: share of this person's usual ink: a mark with as much is a fill of somebody who fills.
        spill_around, spill_ring, spill_peak: mm², share of the directions, share of this person's usual mark: a fill
            that spills over more is a black-out if it does so by this much, all round, or twice over. Of 593 spilled
            fills 255 do, of 120 boxes that were taken back 118.
        full_cover, full_gap, full_around: share, mm, mm²: a box blacked out leaves no white disc of this radius, and
            paper around it.
        line_through: share: a line that crosses all there is around a box is a streak or a fold.
        beside_through: share: the same in a box under a streak, of which an edge may be left.
        thin_through, thin_cover: share, share: the same of a line so thin that noise breaks it. Strokes that run along
            an edge of the box that far are heavier.
        black_ring, black_ringed: share of the directions, share: blackened beyond its edges all round, a box need not
            be wholly black, and heavier than the person's usual mark by no more than this.
        twice_ring: share of the directions: a fill that is gone over twice and leaves its box in so many is taken back.
        most_hidden: share of a box's inside that a streak or a shadow's edge may hide if the box is to be found empty
            beside it.
        most_crossed: share of a box's inside that they may hide if a plain mark is to be read beside them.
        least_seen: share of the page's typical frame darkness below which a box was not seen: strokes hide a frame in
            part, a frame that isn't there at all was looked for in the wrong place, and what looks like a stroke is
            its own line.
        seen_cover, marked_seen: share, share: strokes that cover more may hide it down to this.
        backed_seen, well_backed: the same for a marked box between frames of which at least this share lie where they
            should.
        least_backed: share of the frames around a box that lie where they should; the box then does too, and an empty
            one needs no more than `marked_seen` of its frame.
        hidden_cover: share of the inside from which shading may hide the frame of such a box altogether.
        most_astray: mm; a frame further off the bend of the page may be another one, or none.
        black_cover, black_gap, black_beyond: share, mm, share: a box is blacked out to take a mark back only if it is
            blacker than a hasty fill, and by this much heavier than the person's usual mark.
        near_blank, near_owned, near_marked, near_crossing: mm² of ink in and outside a box that speak against a blank,
            against a blank if a marked box of another question is near, and the same two, outside it, against a mark
            elsewhere.
        trace_ink: mm²: a trace of ink, which says nothing by itself.
        near_added: the same against a mark in a question with several, where what lies outside may be one more.
        ring_share: share of the directions: ink that runs around a box in more of them is a circle, which takes a mark
            back (as in exams), or stresses it. Print may hide a part.
        stray_blank, stray_marked: mm² of ink in the question's row away from its boxes that speak against a blank, and
            against a mark.
        stray_traced, stray_long: mm², mm: the same against a blank where there is a trace in or at a box, too, or where
            it is as long as the end of a stroke that words hide.
        stray_added, stray_longest: mm², mm: the same against a mark in a question with several, if it is as long as a
            mark and no longer: a printed line that shows beside its place is.
        over_blank, over_added: mm² of ink on the words of a question's row that speak against a blank, and against a
            mark where there may be several.
        writing_reach, writing_ink: mm, mm² below which a writing area is empty.
        habit_least: lone filled or scribbled boxes on a page from which that is this person's way of marking...
        habit_share: ... if they are this share of the page's lone marks.
        stroke_least: lone plain marks on a page that show that this person doesn't fill; without them a black-out is
            not a correction.
        habit_cover: how much heavier than this person's usual mark a mark may be.
        unlike_ink, unlike_most, unlike_reach: share of this person's usual mark, mm², share: what has less ink and is
            shorter may be a hair or a slip of the pen, which would add an answer to a question that was left out, or
            that has several.
        unlike_among: share of this person's usual mark: what is shorter among the marks of a question with several may
            be a hair, however much ink it has.
        unlike_more: share of this person's usual ink: what has more in and around a box is a blot or a stain.
        least_peak: share of this person's usual mark: what is lighter is no mark of that pen: a streak, or the other
            side.
        added_peak: share of this person's usual mark: what is lighter and has less ink than `unlike_ink`, may be dirt
            among the marks of a question with several.
        pale_peak, pale_reach: share of printed black, share of this person's usual mark: a mark as dark and as long as
            this is one, however dark the others are: a streak and the other side are fainter.
        usual_peak: share of this person's usual mark: what lies half outside its box and is lighter shows through from
            the other side.
        other_peak, other_ink: shares of this person's usual mark: what is darker, yet has so much less ink, is of
            another pen, or dirt.
        other_most: share of this person's usual mark: what is darker is of another pen, or dirt, whatever its ink. Of
            41,000 marks in grey one was, of rough scans 0.2%.
        stain_breadth, stain_peak: shares of this person's usual mark: a stroke as broad and paler is not of this pen:
            the rims of cups were, half as dark. Of 156,000 marks eight were, by people of whom one mark is faint.
        hair_weight, hair_ink, hair_breadth, hair_share: mm, mm², mm, share of this person's usual mark: strokes
            that are lighter, less, less broad and lighter than theirs may be a hair or a fibre. Those are up to
            0.15 mm broad (ISO 5350 for shives), pencils 0.2 mm and more, however pale. On 2,080 pages of `+hairs`
            (`bench/accuracy/people.py`) such a rule leaves 13 hairs that become answers, eight of them in `rough`, of
            some 190 without.
        scribbled_from, scribbled_cover, scribbled_gap: share, share, mm: whose usual mark covers more than this shades
            the box; such a mark may cover more than `mark_cover` and leave smaller white discs than `mark_gap`.
    """

    empty_reach: float = 0.6
    empty_ink: float = 0.2
    dot_reach: float = 1.5
    dot_ink: float = 0.9
    dot_around: float = 0.1
    dot_off: float = 2.0
    dot_share: float = 0.3
    mark_reach: float = 1.8
    mark_ink: float = 0.6
    mark_peak: float = 0.32
    most_noise: float = 0.05
    mark_cover: float = 0.6
    mark_gap: float = 0.34
    displaced_reach: float = 0.6
    displaced_ink: float = 0.25
    displaced_off: float = 2.4
    displaced_among: float = 1.9
    displaced_outside: float = 0.25
    displaced_stray: float = 1.0
    displaced_least: float = 0.4
    displaced_most: float = 2.6
    embracing_off: float = 1.8
    embracing_stray: float = 2.5
    embracing_longest: float = 3.6
    clean: float = 0.1
    full_cover: float = 0.7
    full_gap: float = 0.33
    full_around: float = 12.0
    black_cover: float = 0.9
    black_gap: float = 0.2
    black_beyond: float = 0.4
    black_ring: float = 0.6
    twice_ring: float = 0.4
    black_ringed: float = 0.3
    fill_around: float = 3.0
    fill_usual: float = 2.2
    usual_fill: float = 0.7
    spill_around: float = 5.0
    spill_ring: float = 0.5
    spill_peak: float = 1.1
    line_through: float = 0.85
    beside_through: float = 0.8
    thin_through: float = 0.65
    thin_cover: float = 0.12
    most_hidden: float = 0.55
    most_crossed: float = 0.5
    least_seen: float = 0.4
    marked_seen: float = 0.15
    backed_seen: float = 0.25
    well_backed: float = 0.85
    least_backed: float = 0.6
    most_astray: float = 0.4
    seen_cover: float = 0.2
    hidden_cover: float = 0.4
    near_blank: float = 0.2
    trace_ink: float = 0.05
    near_owned: float = 0.8
    near_marked: float = 1.2
    near_crossing: float = 2.8
    near_added: float = 1.0
    ring_share: float = 0.28
    stray_blank: float = 0.5
    stray_traced: float = 0.3
    stray_long: float = 1.0
    stray_marked: float = 5.0
    stray_added: float = 1.2
    stray_longest: float = 12.0
    over_blank: float = 0.3
    over_added: float = 0.7
    writing_reach: float = 1.5
    writing_ink: float = 0.9
    habit_least: int = 4
    habit_share: float = 0.4
    stroke_least: int = 3
    habit_cover: float = 0.2
    unlike_ink: float = 0.55
    unlike_most: float = 1.8
    unlike_reach: float = 0.7
    unlike_among: float = 0.65
    unlike_more: float = 3.0
    least_peak: float = 0.4
    pale_peak: float = 0.4
    pale_reach: float = 0.9
    added_peak: float = 0.85
    usual_peak: float = 0.6
    other_peak: float = 1.15
    other_ink: float = 0.6
    other_most: float = 1.32
    stain_breadth: float = 0.9
    stain_peak: float = 0.6
    hair_weight: float = 0.42
    hair_ink: float = 2.0
    hair_breadth: float = 0.18
    hair_share: float = 0.65
    scribbled_from: float = 0.35
    scribbled_cover: float = 0.75
    scribbled_gap: float = 0.25


POLICY = Policy()

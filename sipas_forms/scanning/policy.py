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
        dot_share: share of this person's usual reach, or ink: a dot that has as much is doubtful where several answers
            are allowed. The one leg of a tick that showed in its box had half of it, what a ballpoint that skipped left
            of a slash two fifths of the ink, what was left of print in a photo out of focus a sixth.
        mark_reach, mark_ink, mark_peak: mm, mm², share of printed black: every deliberate stroke exceeds all three.
        most_noise, noise_limit, pale_line: shares of printed black: paper so noisy hides a hard pencil's line, which is
            0.3 and would have to be six times the noise (`INK_NOISE` in `marks`). Up to the limit straight lines were
            looked for beneath the noise (`pale`): of 11,000 empty boxes on such pages 99.9% have less than 0.1, of 47
            of a hard pencil each 0.22 and more.
        area_noise: share of printed black: the same of writing areas, where ink is five times the noise (`areas`).
        mark_cover, mark_gap: share of the inside, mm: strokes cover less and leave a larger white disc than scribbles
            and fills.
        displaced_reach, displaced_ink, displaced_off: mm, mm², mm: a mark that lies partly outside its box has at least
            so much in it, and its middle no further from the box's middle; what reaches in from a neighbour has.
        displaced_facing: share of the ink in and around the box: before boxes of other questions there is no more; of
            a circle round one of those there is. Of 600 marks one had as much.
        displaced_end: mm²: with nothing before boxes of other questions, the end of a stroke in the box is enough.
        displaced_among, displaced_outside: mm, share of the ink inside: the same beside other marks of a question: the
            middle is about in the box, and there is so much outside it.
        displaced_stray, displaced_tail: mm², times the ink in and around the box: ink elsewhere in the question's row,
            at most: a word that reaches into a box, and a mark between two boxes, have more.
        displaced_breadth: mm: such a mark is at least so broad. Of a pen that draws lines as thin as a hair's it isn't
            known from a hair, which was an answer once in five million boxes.
        displaced_least, displaced_most: shares of this person's usual ink that such a mark has in and around its box.
            Of 2,300 such pieces of ink (300 forms of people who try a reader among them) all with 0.55 and more, as
            dark and without a circle round them were meant; most circles have more.
        embracing_off, embracing_facing: mm, mm²: a large tick may leave its box empty and go around it; its middle is
            about in the box then, and there is no ink before the boxes of other questions near it: of 600 marks that
            missed their box 140 more are read with these, and of 3,400 other pieces of ink one, a hair.
        embracing_share, embracing_part: share of this person's usual ink, share of the ink around: where there is as
            much around the box as a whole mark has, a small part of it may reach for another question.
        clean: mm² of ink around every other box, at most, for a displaced mark to count.
        fill_around: mm²: a fill keeps to its box, a black-out of somebody in earnest spills over more.
        fill_usual: times what the neatest quarter of this person's marks spill over: with a marker all do.
        usual_fill: share of this person's usual ink: a mark with as much is a fill of somebody who fills.
        spill_around, spill_ring, spill_peak: mm², share of the directions, share of this person's usual mark: a fill
            that spills over more is a black-out if it does so by this much, all round, or twice over. Of 593 spilled
            fills 255 do, of 120 boxes that were taken back 118.
        spill_twice: share of the directions: one that is gone over twice may be a black-out if it leaves its box in so
            many. Of 8,874 fills in grey three do, and one of 7 boxes taken back that nothing else shows.
        full_cover, full_gap, full_around: share, mm, mm²: a box blacked out leaves no white disc of this radius, and
            paper around it.
        line_through: share: a line that crosses all there is around a box is a streak or a fold.
        beside_through: share: the same in a box under a streak, of which an edge may be left.
        thin_through, thin_cover: share, share: the same of a line so thin that noise breaks it. Strokes that run along
            an edge of the box that far are heavier.
        line_angled: share of the ink: what has so much in a second direction is a cross or a tick that lies along an
            edge.
        black_ring, black_ringed: share of the directions, share: blackened beyond its edges all round, a box need not
            be wholly black, and heavier than the person's usual mark by no more than this.
        twice_ring: share of the directions: beside a plain mark, one that leaves its box in so many is taken back.
        most_hidden: share of a box's inside that a streak or a shadow's edge may hide if the box is to be found empty
            beside it.
        most_crossed: share of a box's inside that they may hide if a plain mark is to be read beside them.
        least_seen: share of the page's typical frame darkness below which a box was not seen: strokes hide a frame in
            part, a frame that isn't there at all was looked for in the wrong place, and what looks like a stroke is
            its own line.
        seen_cover, marked_seen: share, share: strokes that cover more may hide it down to this.
        backed_seen, well_backed, partly_seen: the same for a marked box between frames of which at least this share lie
            where they should; there one line across and one down are enough, if they are as clear as this: strokes
            rarely hide all four.
        plainly_seen, some_backed: share, share: the same where one line across and one down are as clear as this, and
            fewer of the frames around are known, as in a table of cells that marks fill: of 43,000 questions each of
            `photo` and `rough` none is misread for it, nor with 0.7.
        least_backed: share of the frames around a box that lie where they should; the box then does too, and an empty
            one needs no more than `marked_seen` of its frame.
        hidden_cover: share of the inside from which shading may hide the frame of such a box altogether.
        most_astray: mm; a frame further off the bend of the page may be another one, or none.
        black_cover, black_gap, black_beyond: share, mm, share: a box is blacked out to take a mark back only if it is
            blacker than a hasty fill, and by this much heavier than the person's usual mark.
        near_blank, near_owned, near_marked, near_crossing: mm² of ink in and outside a box that speak against a blank,
            against a blank if a marked box of another question is near, and the same two, outside it, against a mark
            elsewhere.
        near_beside: mm² by which a mark of another question must reach over to be near: dust in its box has less.
        near_share: share of this person's usual ink: more than this is no end of a neighbour's mark: of 270,000
            questions one blank had as much, and that was a tick that had missed its box.
        near_faced, faced_share: mm², share: the same where nearly all of it lies before a box of another question, as
            the arc of a circle round that does.
        trace_ink: mm²: a trace of ink, which says nothing by itself.
        near_added, near_two: the same against a mark in a question with several, where what lies outside one box, or
            two, may be one more.
        rim_blank, rim_added, rim_marked, rim_faced: mm of printed black, three times, and mm²: ink on a frame that
            speaks against a blank, and among several answers; the same where as much lies beyond it as speaks against
            a blank; and against one mark elsewhere, where no more ink than the last lies
            towards a box of another question, whose mark may reach over. Of 75,000 empty boxes of simulated and other
            scans one in 10,000 had as much as the first in grey, one in 1,000 on a facsimile; of 22 marks of another
            person's that lay on a frame and left a blank, or were the second of two, the least had 0.12, all but
            three 0.18.
        ring_share, ring_part, ring_large: shares of the directions: ink that runs around a box in more of them is a
            circle, which takes a mark back (as in exams), or stresses it. Print may hide a part. In nearly all
            directions in which there is any, ink must run so, or in as many as the last. Of 1,279 circled marks with
            strokes beyond the circle the least had 0.39; of 539 marks that pass along their box half have 0.32.
        stray_blank, stray_marked: mm² of ink in the question's row away from its boxes that speak against a blank, and
            against a mark.
        stray_traced: mm²: the same against a blank where there is a trace in or at a box, or on words, too.
        stray_long, stray_specks: mm, mm²: what is shorter is dust (specks of 0.9 mm in the simulator), which speaks
            against a blank all together only. A tick among the words of a photo showed 1.56 mm; of 31,000 blank
            questions three have a blot between that and 1.6.
        wide_long, wide_blank, wide_most: mm, mm², mm: strokes at least so long, and more of them, in the rest of the
            question's row, among its words and in the margins, speak against a blank, unless they are as broad as no
            pen's: punch holes of 5 and 6 mm weigh 2.5 and 3. Of 142 rows that somebody had marked there,
            mostly further than 8 mm from the boxes, all go to a person; of 1,706 rows left blank none of `clean`, `bw`
            and `office`, 6 of 337 of `rough`, 4 of 341 of `photo`.
        stray_added, stray_longest: mm², mm: the same against a mark in a question with several, if it is as long as a
            mark and no longer: a printed line that shows beside its place is.
        over_blank, over_traced, over_added: mm² of ink on the words of a question's row that speak against a blank,
            that are a trace, and that speak against a mark where there may be several.
        blurred_least, blurred_share: on a page with so many boxes and this share of them inked, all of them are for a
            person: of 480 pages of two other persons six have 0.85 and more, all out of focus, so that their frames run
            into the boxes, and one more than 0.6.
        blurred_times: ... and their guess is the box with so many times the ink of the next.
        writing_reach, writing_ink, writing_speck: mm, mm², mm: blots that are shorter and less leave a writing area
            empty, and those that are shorter still don't count: the least of 450 simulated comments had 3.2 mm and
            14 mm², on the roughest pages too; two large specks have less ink.
        area_seen: share of the page's printed black: a writing area in which some of the printed lines are paler may be
            torn off, covered or cut, or whitened so far that a pale pen is gone with them. Of 220 blank areas of all
            profiles the least has 0.44; of eleven that were not in the picture (another person's scans) the most has
            0.1, by the edge of a label; of 56 blank ones by that person's devices five have less than 0.15: those of
            apps and copiers that lose the dots.
        writing_hairs: blots that may be hairs; a word has more strokes.
        habit_least: lone filled or scribbled boxes on a page from which that is this person's way of marking...
        habit_share: ... if they are this share of the page's lone marks.
        stroke_least: lone plain marks on a page that show that this person doesn't fill; without them a black-out is
            not a correction.
        habit_cover: how much heavier than this person's usual mark a mark may be.
        cell_room: mm, radius of the white disc in an empty box from which it is a table's cell: marks there are larger
            than in boxes of 4 mm on the same page, up to ten times their ink.
        unlike_ink, unlike_most, unlike_reach: share of this person's usual mark, mm², share: what has less ink and is
            shorter may be a slip of the pen, which would add an answer to a question that was left out, or that has
            several.
        unlike_among: share of this person's usual mark: what is shorter among the marks of a question with several may
            be one too, however much ink it has.
        tail_slender, tail_short, tail_off, tail_ring, tail_ink: width to length, share of this person's usual mark, mm,
            share of the directions, share of this person's usual mark: a lone stroke, or one too short to show its
            direction, off its box, which it leaves to one side only, with no more ink than this person's marks and less
            than there is in a box of another question with which it hangs together, may be the end of a stroke from
            there. Of 106 ticks whose tails ended in a box of a row that was left out 103 go to a person; of the marks
            of 210,000 questions 0.1% of `clean` and `office`, 0.15% of `bw`, 0.2% of `rough` and `photo` look so.
        tail_elsewhere: share of the ink in a table's cell that belongs to strokes whose middle lies beyond it, of which
            the cell is not marked: of 38 circles and crosses that missed their row and were answers of another 32 have
            more, of 1,288 marks as people make them 6%, most of which touch the next row's.
        tail_tied, tail_beside, tail_fill: mm², mm², share of this person's usual mark: by somebody who fills boxes, a
            stroke that hangs together with so much ink, or, where a fill seems to be taken back for it, is a lone one
            or near so much, may be such an end, if it has less ink than this: all of 229 beside circled fills are.
        fill_pale: share of this person's usual mark: a fill that is lighter, by somebody who fills boxes, shows through
            from the other side: of 255 marks that showed through 7 are taken for fills
            (9 with 0.45), of 18,000 fills 0.25% are lighter.
        bare_least, bare_share: questions with boxes of a page, share of them: of a page of which so many are blank, or
            show less than a mark, the ink may be lost, by a scanner that whitens, by two tones or by a pen that was too
            faint. Of 139,000 questions as people fill them none is on such a page, nor with 0.4; of 140 answers on
            somebody else's scans whose ink was gone 114 are.
        unlike_more: share of this person's usual ink: what has more in and around a box is a blot or a stain.
        rubbed_peak: share of this person's usual mark: what is lighter, however large, may be a mark that was rubbed
            out. Of five on a page with other marks four are; of 190,000 questions 0.01% of `clean`
            and `office`, 0.04% of `rough`.
        line_weight, line_peak, line_slender: shares of this person's lightest and of their usual mark; `slender`: one
            line that is so much lighter is no mark of theirs. Three hairs over a box on another person's scans had
            0.46, 0.54 and 0.14 at most; of 76,000 questions of `clean` 22 show such a line, most of them faint on
            purpose, of `bw` none.
        tint_blank: share of printed black by which the paper in a box may be darker than in all others of its question:
            of highlighters' strokes in grey scans all nine have 0.15 and more, of blank questions 0.01 and less, on
            rough scans 0.05, in photos 0.08 but at the edges of shadows.
        least_peak: share of this person's usual mark: what is lighter is no mark of that pen: a streak, or the other
            side.
        added_peak: share of this person's usual mark: what is lighter and has less ink than `unlike_ink`, may be dirt
            among the marks of a question with several.
        pale_peak, pale_reach, ghost_breadth: share of printed black, share of this person's usual mark, mm: a mark as
            dark and as long as this is one, however dark the others are, and so is one that is less broad: a streak and
            the other side are fainter, and the latter broader.
        usual_peak: share of this person's usual mark: what lies half outside its box and is lighter shows through from
            the other side.
        other_peak, other_ink: shares of this person's usual mark: what is darker, yet has so much less ink, is of
            another pen, or dirt.
        other_most: share of this person's usual mark: what is darker is of another pen, or dirt, whatever its ink. Of
            41,000 marks in grey one was, of rough scans 0.2%.
        stain_breadth, stain_peak: shares of this person's usual mark: a stroke as broad and paler is not of this pen:
            the rims of cups were, half as dark. Of 156,000 marks eight were, by people of whom one mark is faint.
        hair_breadth, hair_ink, hair_thinner, hair_share: mm, mm², share of this person's thinnest, share of their usual
            mark: strokes that are less broad and less than this, and thinner or lighter than theirs, may be a hair or a
            fibre. Hairs are up to
            0.18 mm broad, and measured up to 0.16; of 19,000 marks in grey scans 0.05% are flagged, of rough ones
            0.25%, of black and white ones 0.45%. Of 1,660 hairs in boxes on 12,000 pages of `+hairs` 13 pass
            (`bench/accuracy/people.py`).
        thin_breadth, thin_angled, thin_reach, thin_off, thin_around: share of this person's usual mark, share of the
            ink, mm, mm, share of the ink inside: such strokes are a thin cross or tick all the same if they run in two
            directions, in the middle of the box and about within it: half of hard pencils' are, of 890 hairs two.
        foreign_weight, foreign_breadth, foreign_angled: share of this person's usual mark, mm, share of the ink: what
            is lighter and thinner, and runs in one direction, is none of theirs.
        blot_weight, blot_most, blot_reach: share of this person's usual mark, mm, mm: the same of blots away from
            boxes, which are measured at half the resolution, if they are as long. No hair weighs more than the second:
            of 35 in blank questions the heaviest had 0.25.
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
    noise_limit: float = 0.075
    area_noise: float = 0.06
    pale_line: float = 0.12
    mark_cover: float = 0.6
    mark_gap: float = 0.34
    displaced_reach: float = 0.4
    displaced_ink: float = 0.2
    displaced_off: float = 2.75
    displaced_facing: float = 0.3
    displaced_end: float = 0.1
    displaced_among: float = 2.2
    displaced_outside: float = 0.25
    displaced_stray: float = 1.0
    displaced_tail: float = 1.0
    displaced_breadth: float = 0.1
    displaced_least: float = 0.4
    displaced_most: float = 2.6
    embracing_off: float = 2.3
    embracing_facing: float = 0.1
    embracing_share: float = 0.8
    embracing_part: float = 0.15
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
    fill_around: float = 2.6
    fill_usual: float = 2.2
    usual_fill: float = 0.7
    spill_around: float = 5.0
    spill_ring: float = 0.5
    spill_peak: float = 1.1
    spill_twice: float = 0.2
    line_through: float = 0.85
    beside_through: float = 0.8
    thin_through: float = 0.65
    thin_cover: float = 0.12
    line_angled: float = 0.1
    most_hidden: float = 0.55
    most_crossed: float = 0.5
    least_seen: float = 0.4
    marked_seen: float = 0.15
    backed_seen: float = 0.25
    well_backed: float = 0.85
    partly_seen: float = 0.4
    plainly_seen: float = 0.75
    some_backed: float = 0.35
    least_backed: float = 0.6
    most_astray: float = 0.4
    seen_cover: float = 0.2
    hidden_cover: float = 0.4
    rim_blank: float = 0.1
    rim_added: float = 0.05
    rim_marked: float = 0.15
    rim_faced: float = 0.1
    near_blank: float = 0.2
    trace_ink: float = 0.05
    near_owned: float = 0.8
    near_share: float = 0.3
    near_marked: float = 1.2
    near_crossing: float = 2.8
    near_beside: float = 0.2
    near_faced: float = 1.9
    faced_share: float = 0.75
    near_added: float = 1.0
    near_two: float = 1.2
    ring_share: float = 0.28
    ring_part: float = 0.85
    ring_large: float = 0.37
    stray_blank: float = 0.5
    stray_traced: float = 0.3
    stray_long: float = 1.5
    wide_long: float = 1.6
    wide_blank: float = 0.5
    wide_most: float = 2.0
    stray_specks: float = 1.5
    stray_marked: float = 5.0
    stray_added: float = 1.2
    stray_longest: float = 12.0
    over_blank: float = 0.3
    over_traced: float = 0.1
    over_added: float = 0.7
    blurred_least: int = 20
    blurred_share: float = 0.8
    blurred_times: float = 2.0
    writing_reach: float = 1.5
    writing_ink: float = 1.4
    area_seen: float = 0.15
    writing_hairs: int = 3
    writing_speck: float = 0.9
    habit_least: int = 4
    habit_share: float = 0.4
    stroke_least: int = 3
    habit_cover: float = 0.2
    cell_room: float = 2.6
    unlike_ink: float = 0.55
    unlike_most: float = 0.8
    unlike_reach: float = 0.7
    unlike_among: float = 0.5
    tail_slender: float = 0.4
    tail_short: float = 0.55
    tail_off: float = 0.4
    tail_ring: float = 0.13
    tail_ink: float = 0.98
    tail_beside: float = 0.2
    tail_tied: float = 0.4
    tail_elsewhere: float = 0.5
    tail_fill: float = 0.7
    fill_pale: float = 0.7
    bare_least: int = 5
    bare_share: float = 0.5
    unlike_more: float = 3.0
    rubbed_peak: float = 0.33
    line_weight: float = 0.55
    line_peak: float = 0.65
    line_slender: float = 0.2
    tint_blank: float = 0.1
    least_peak: float = 0.4
    pale_peak: float = 0.4
    ghost_breadth: float = 0.25
    pale_reach: float = 0.9
    added_peak: float = 0.85
    usual_peak: float = 0.6
    other_peak: float = 1.15
    other_ink: float = 0.6
    other_most: float = 1.32
    stain_breadth: float = 0.9
    stain_peak: float = 0.6
    hair_breadth: float = 0.165
    hair_ink: float = 2.3
    hair_thinner: float = 0.7
    hair_share: float = 0.6
    thin_breadth: float = 0.75
    thin_angled: float = 0.2
    thin_reach: float = 2.0
    thin_off: float = 1.0
    thin_around: float = 0.4
    foreign_weight: float = 0.55
    foreign_breadth: float = 0.15
    foreign_angled: float = 0.1
    blot_weight: float = 0.6
    blot_most: float = 0.3
    blot_reach: float = 1.5
    scribbled_from: float = 0.35
    scribbled_cover: float = 0.75
    scribbled_gap: float = 0.25


POLICY = Policy()

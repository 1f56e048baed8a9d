"""Plans and questionnaires: mistakes end as sentences with file, line and key, all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from paper import PLAN, sipas

from sipas_forms.errors import PlanError
from sipas_forms.plan import create_workspace, load_questionnaire, load_survey
from sipas_forms.plan.serial import ALPHABET, PageCode, make_serial, split_serial

QUESTIONNAIRE = """\
questionnaire:
  code: trial
  title: Phiếu thử
  introduction: Kính thưa Ông/Bà!
  thanks: Cảm ơn
  scale:
    satisfied: [4, 5]
    options:
      - { code: 1, label: Rất không hài lòng }
      - { code: 2, label: Không hài lòng }
      - { code: 3, label: Bình thường }
      - { code: 4, label: Hài lòng }
      - { code: 5, label: Rất hài lòng }
  sections:
    - title: Ông/Bà
      questions:
        - id: sex
          text: Giới tính
          options: [{ code: 1, label: Nam }, { code: 2, label: Nữ }]
        - id: notes
          kind: writing
          text: Ý kiến khác
    - title: Hài lòng
      factors:
        - code: A
          title: Tiếp cận
          criteria:
            - { id: A1, text: Chỗ ngồi }
"""


def plan_error(folder: Path, text: str | bytes) -> list[str]:
    """The sentences about a faulty plan."""
    path = folder / "kế hoạch.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(PlanError) as caught:
        load_survey(path)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(str(path)) and line.endswith(".") for line in lines), lines
    return [line.removeprefix(str(path)) for line in lines]


def line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


def changed(old: str, new: str, text: str = PLAN) -> str:
    assert text.count(old) >= 1
    return text.replace(old, new, 1)


def test_the_plan_is_right(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(PLAN, encoding="utf-8")
    survey = load_survey(tmp_path / "a.yaml")
    assert [(u.code, f.code) for u, f in survey.cells()] == [("LB", "HKD"), ("TT", "TP"), ("TT", "LDTBXH")]
    (tmp_path / "b.yaml").write_text(QUESTIONNAIRE, encoding="utf-8")
    assert [q.id for q in load_questionnaire(tmp_path / "b.yaml").all_questions()] == ["sex", "notes", "A1"]


MISTAKES = {
    "a key is missing": (changed("  deadline: 2020-09-22\n", ""), "line 1, survey.deadline: is missing."),
    "an unknown key": (
        changed("deadline:", "dealine: 2020-09-01\n  deadline:"),
        "line 11, survey.dealine: is not a key that is known here (a typing mistake?)",
    ),
    "not a number": (
        changed("official: 3", "official: ba"),
        "line 12, survey.sample.official: must be a whole number (here: 'ba').",
    ),
    "less than one": (changed("official: 3", "official: 0"), "line 12, survey.sample.official: "),
    "not a date": (changed("2020-09-22", "soon"), "line 11, survey.deadline: "),
    "no such day": (changed("2020-09-22", "2020-02-31"), "line 11, survey.deadline: "),
    "text for a list": (
        changed("residence: [Long Biên]", "residence: Long Biên"),
        "survey.units[1].residence: ",
    ),
    "a list for a group": (changed("{ official: 3, reserve: 2 }", "[3, 2]"), "line 12, survey.sample: "),
    "a number for text": (changed("place: Long Biên", "place: 5"), "survey.owner.place: "),
    "no units": (PLAN[: PLAN.index("  units:")] + "  units: []\n", "survey.units: "),
    "an empty text": (changed("vi: Tư pháp", 'vi: ""'), "survey.units[2].fields[1].name: the text is empty"),
    "an unknown choice": (changed("level: ward", "level: village"), "survey.units[2].level: "),
    "a code in small letters": (changed("code: TT", "code: tt"), "survey.units[2].code: "),
    "a code that Windows keeps": (
        changed("code: TT", "code: COM1"),
        "survey.units[2].code: must not be",
    ),
    "a field's code like that": (changed("code: TP", "code: AUX"), "fields[1].code: must not be AUX"),
    "a window that ends before it begins": (
        changed("first: 2020-01-01", "first: 2021-01-01"),
        "survey.window: ",
    ),
    "a deadline inside the window": (
        changed("2020-09-22", "2020-03-01"),
        "line 11, survey.deadline: the deadline (2020-03-01)",
    ),
    "two units of one code": (
        changed("code: TT", "code: LB"),
        f"line {line_of(PLAN, 'code: TT')}, survey.units[2].code: two units have the code LB",
    ),
    "two fields of one code": (
        changed("LDTBXH", "TP"),
        f"line {line_of(PLAN, 'LDTBXH')}, survey.units[2].fields[2].code: two fields have the code TP",
    ),
    "a number for a title": (changed("place: Long Biên", "place: 2020"), "survey.owner.place: must be text"),
    "a code that YAML takes for no": (
        changed("code: TT", "code: NO"),
        "survey.units[2].code: must be text, so put it into quotes (here: False).",
    ),
    "yes for a number": (changed("official: 3", "official: yes"), "survey.sample.official: must be a whole number"),
    "a day as a number": (changed("2020-09-22", "20200922"), "survey.deadline: must be a date such as 2020-07-31"),
    "words of a list": (changed("residence: [Long Biên]", "residence: Long Biên"), "must be a list (lines that"),
    "a place that is everywhere": (changed("residence: [Long Biên]", 'residence: [" "]'), "must name a place"),
    "more forms than numbers": (
        changed("reserve: 2", "reserve: 9997"),
        "line 12, survey.sample.reserve: with official, must be at most 9999",
    ),
    "a key that is given twice": (
        changed("deadline:", "language: en\n  deadline:"),
        "line 11, survey.language: is given twice; keep one.",
    ),
    "another top": ("plan: {}\n", "survey: is missing."),
    "a list at the top": ("- a\n- b\n", "the file: "),
    "only a word": ("survey", "the file: "),
    "a tag of Python": (
        changed("place: Long Biên", "place: !!python/name:os.system x"),
        "survey.owner.place: ",
    ),
}


@pytest.mark.parametrize("name", list(MISTAKES))
def test_a_mistake_is_a_sentence(tmp_path: Path, name: str) -> None:
    text, expected = MISTAKES[name]
    sentences = plan_error(tmp_path, text)
    assert [s for s in sentences if expected in s], sentences
    assert all(", line " in s for s in sentences), sentences


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ": is empty."),
        ("# only a comment\n", ": is empty."),
        ("survey: [1, 2\n", "line 2: is not correct YAML"),
        ("survey:\n\tcode: A\n", "line 2: is not correct YAML"),
        ("survey: *other\n", "line 1: is not correct YAML"),
        (b"\xff\xfe\x00survey", "is not UTF-8 text"),
        ("survey: \x00\n", "is not correct YAML"),
        (b"#" * 1_000_001, "larger than 1 MB"),
        ("survey: &a\n  code: *a\n", ""),
        ("survey: " + "[" * 5000, ""),
        ("survey: " + "{a: " * 3000 + "1" + "}" * 3000, ""),
        (
            "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
            + "".join(
                f"{c}: &{c} [{', '.join([f'*{p}'] * 10)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
            ),
            "",
        ),
    ],
    ids=[
        "empty",
        "comment",
        "open list",
        "tab",
        "alias",
        "utf-16",
        "nul",
        "huge",
        "itself",
        "deep",
        "deep keys",
        "laughs",
    ],
)
def test_what_is_no_plan_at_all(tmp_path: Path, content: str | bytes, expected: str) -> None:
    [sentence, *_] = plan_error(tmp_path, content)
    assert expected in sentence


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    text = changed("official: 3", "official: ba")
    text = changed("2020-09-22", "soon", text)
    text = changed("level: ward", "level: village", text)
    text = changed("  language: vi\n", "  langage: vi\n", text)
    sentences = plan_error(tmp_path, text)
    keys = [s.split(", ")[2].split(":")[0] for s in sentences]
    assert sorted(keys) == [
        "survey.deadline",
        "survey.langage",
        "survey.sample.official",
        "survey.units[2].level",
    ]


@pytest.mark.parametrize(
    ("words", "key"),
    [("official: 3", "official: ba"), ("level: ward", "level: village"), ("place: Long Biên", "place: [1]")],
)
def test_the_line_is_the_mistakes(tmp_path: Path, words: str, key: str) -> None:
    text = changed(words, key)
    [sentence] = plan_error(tmp_path, text)
    assert f", line {line_of(text, key)}, " in sentence


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="there is no such file"):
        load_survey(tmp_path / "none.yaml")
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(PlanError, match="can't be read"):
        load_survey(tmp_path / "folder.yaml")


ASKED_WRONG = {
    "two questions of one id": (
        ("id: notes", "id: sex"),
        "line 20, questionnaire.sections[1].questions[2].id: two",
    ),
    "a criterion like a question": (("id: A1", "id: sex"), "two questions have the id sex"),
    "two options of one code": (
        ("code: 2, label: Nữ", "code: 1, label: Nữ"),
        "two options have the same code",
    ),
    "one option only": (
        ("[{ code: 1, label: Nam }, { code: 2, label: Nữ }]", "[{ code: 1, label: Nam }]"),
        "two options",
    ),
    "writing with options": (
        ("kind: writing", "kind: writing\n          options: [{ code: 1, label: a }]"),
        "a writing question has no options",
    ),
    "most of a single choice": (
        ("text: Giới tính", "text: Giới tính\n          max_answers: 2"),
        "max_answers",
    ),
    "satisfied with what is no option": (("satisfied: [4, 5]", "satisfied: [4, 6]"), "satisfied names 6"),
    "satisfied with everything": (("satisfied: [4, 5]", "satisfied: [1, 2, 3, 4, 5]"), "line 7, "),
    "satisfied with the worst": (("satisfied: [4, 5]", "satisfied: [1, 2]"), "must be the codes of the best options"),
    "satisfied with nothing": (("satisfied: [4, 5]", "satisfied: []"), "must hold at least 1"),
    "a scale from best to worst": (
        ("{ code: 1, label: Rất không", "{ code: 6, label: Rất không"),
        "line 10, questionnaire.scale.options[2].code: the scale goes from worst to best",
    ),
    "one score in two spellings": (("{ code: 3,", '{ code: "02",'), "so 02 must be more than 2"),
    "more answers than options": (
        ("text: Giới tính", "text: Giới tính\n          kind: multiple\n          max_answers: 3"),
        "allows 3 answers of 2 options",
    ),
    "a column of the data files": (("id: sex", "id: unit"), "line 17, questionnaire.sections[1].questions[1].id: the"),
    "a word of SPSS": (("id: sex", "id: All"), "the column All of the data files is taken by SPSS"),
    "ids that differ in capitals only": (("id: A1", "id: Sex"), "the column Sex of the data files is taken by"),
    "a column twice": (
        (
            "- id: notes\n",
            "- { id: B, kind: multiple, text: b, options: [{ code: a, label: a }, { code: A, label: b }] }\n"
            "        - id: notes\n",
        ),
        "questions[2].id: the column B_A of the data files is taken by question B",
    ),
    "asked if its own answer": (
        ("text: Giới tính", "text: a\n          asked_if: { question: sex, options: [1] }"),
        "asked_if names an unknown question",
    ),
    "a group that is no question": (
        ("  code: trial", "  code: trial\n  groups: [age]"),
        "line 3, questionnaire.groups[1]: groups names age",
    ),
    "a scale of letters": (("{ code: 3,", "{ code: C,"), "C must be a number"),
    "asked if an unknown one": (
        ("text: Ý kiến khác", "text: a\n          asked_if: { question: none, options: [1] }"),
        "asked_if names an unknown question",
    ),
    "asked if an unknown option": (
        ("text: Ý kiến khác", "text: a\n          asked_if: { question: sex, options: [9] }"),
        "asked_if names 9",
    ),
    "neither questions nor factors": (
        ("questions:\n        - id: sex", "questions: []\n      more:\n        - id: sex"),
        "more",
    ),
    "an unknown kind": (("kind: writing", "kind: drawing"), "questions[2].kind"),
    "an id with a space": (("id: notes", "id: my notes"), "questions[2].id"),
}


@pytest.mark.parametrize("name", list(ASKED_WRONG))
def test_a_mistake_in_the_questionnaire(tmp_path: Path, name: str) -> None:
    (old, new), expected = ASKED_WRONG[name]
    path = tmp_path / "trial.yaml"
    path.write_text(changed(old, new, QUESTIONNAIRE), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        load_questionnaire(path)
    assert expected in str(caught.value)
    assert f"{path}, line " in str(caught.value)


# --- over the command line


@pytest.mark.parametrize("command", [("status",), ("print",), ("read",), ("tally",), ("sample", "draw")])
def test_a_faulty_plan_stops_every_command(tmp_path: Path, command: tuple[str, ...]) -> None:
    workspace = create_workspace(tmp_path)
    workspace.survey_file.write_text(changed("code: TT", "code: LB"), encoding="utf-8")
    (workspace.scans / "a.png").write_bytes(b"x")
    run = sipas(*command, at=tmp_path)
    assert run.code == PlanError.exit_code == 3
    assert "two units have the code LB; each needs its own" in run.err
    assert "long-bien-2020.yaml, line " in run.err
    assert run.out == ""


@pytest.mark.parametrize("content", ["survey: [1, 2\n", "", "survey:\n\tcode: A\n"])
def test_a_plan_that_is_no_yaml_is_named(tmp_path: Path, content: str) -> None:
    """The office broke its one plan: the sentence names that file and line, rather than miss a plan."""
    workspace = create_workspace(tmp_path)
    workspace.survey_file.write_text(content, encoding="utf-8")
    run = sipas("status", at=tmp_path)
    assert run.code == 3
    assert "long-bien-2020.yaml" in run.err


def test_a_missing_questionnaire(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path)
    workspace.survey_file.write_text(PLAN.replace("sipas-2017", "sipas-2031"), encoding="utf-8")
    run = sipas("status", at=tmp_path)
    assert run.code == 3
    assert "sipas-2031.yaml: there is no such file." in run.err


def test_mistakes_in_the_questionnaire_stop_the_print(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path)
    path = workspace.templates / "sipas-2017.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("id: sex", "id: age"), encoding="utf-8")
    run = sipas("status", at=tmp_path)
    assert run.code == 3
    assert "two questions have the id age" in run.err


def test_decomposed_letters_become_composed(tmp_path: Path) -> None:
    import unicodedata

    (tmp_path / "a.yaml").write_text(unicodedata.normalize("NFD", PLAN), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(PLAN, encoding="utf-8")
    assert load_survey(tmp_path / "a.yaml").units[0].name == load_survey(tmp_path / "b.yaml").units[0].name


# --- serials and page codes

codes = st.text(ALPHABET, min_size=1, max_size=10)
serials = st.builds(make_serial, codes, codes, st.integers(1, 9999))


@given(unit=codes, field=codes, number=st.integers(1, 9999))
def test_a_serial_says_its_cell_and_number(unit: str, field: str, number: int) -> None:
    assert split_serial(make_serial(unit, field, number)) == (unit, field, number)


@given(serial=serials, place=st.integers(0, 40), sign=st.sampled_from(ALPHABET + "-"))
def test_every_single_wrong_character_is_noticed(serial: str, place: int, sign: str) -> None:
    place %= len(serial)
    assume(serial[place] != sign)
    assert split_serial(serial[:place] + sign + serial[place + 1 :]) is None


def test_every_single_wrong_character_of_one_serial_is_noticed() -> None:
    """All of them, not a sample."""
    serial = make_serial("TT", "LDTBXH", 407)
    for place, right in enumerate(serial):
        for sign in ALPHABET:
            if sign != right:
                assert split_serial(serial[:place] + sign + serial[place + 1 :]) is None


def test_nearly_every_swap_of_neighbours_is_noticed() -> None:
    tried = missed = 0
    for number in range(1, 1500, 7):
        serial = make_serial("TT", "TP", number)
        for i in range(len(serial) - 1):
            a, b = serial[i], serial[i + 1]
            if a == b or "-" in (a, b):
                continue
            tried += 1
            missed += split_serial(serial[:i] + b + a + serial[i + 2 :]) is not None
    assert tried > 500
    assert missed < 0.03 * tried


@pytest.mark.parametrize(
    "wrong", ["", "TT", "TT-TP-0001", "tt-tp-0001-k", "TT-TP-1-K", "TT-TP-0001-KK", "TT TP 0001 K"]
)
def test_what_is_no_serial(wrong: str) -> None:
    assert split_serial(wrong) is None


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_numbers_that_have_no_serial(number: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 9999"):
        make_serial("TT", "TP", number)


@given(serial=serials, page=st.integers(1, 9), key=st.binary(min_size=32, max_size=32))
def test_a_page_code_comes_back(serial: str, page: int, key: bytes) -> None:
    code = PageCode("TEST20", serial, page, "0123ABCD")
    parsed = PageCode.parse(code.text(key))
    assert parsed is not None
    assert parsed[0] == code
    assert code.signed_by(key, parsed[1])


@given(
    serial=serials,
    other=serials,
    page=st.integers(1, 9),
    key=st.binary(min_size=32, max_size=32),
    other_key=st.binary(min_size=32, max_size=32),
)
def test_a_made_up_digest_is_noticed(serial: str, other: str, page: int, key: bytes, other_key: bytes) -> None:
    """A digest serves its own serial, page, survey, version and key only."""
    code = PageCode("TEST20", serial, page, "0123ABCD")
    _, digest = PageCode.parse(code.text(key)) or pytest.fail("not a code")
    assume(key != other_key)
    assert not code.signed_by(other_key, digest)
    for wrong in (
        PageCode("TEST21", serial, page, "0123ABCD"),
        PageCode("TEST20", serial, page + 1, "0123ABCD"),
        PageCode("TEST20", serial, page, "0123ABCE"),
    ):
        assert not wrong.signed_by(key, digest)
    if other != serial:
        assert not PageCode("TEST20", other, page, "0123ABCD").signed_by(key, digest)


@given(st.text(max_size=80))
def test_any_text_as_a_page_code(text: str) -> None:
    """Whatever a QR code says, it is a code of ours or none; never an exception, nor signed by chance."""
    parsed = PageCode.parse(text)
    assert parsed is None or not parsed[0].signed_by(bytes(32), "AAAAAAAA")


@pytest.mark.parametrize("page", ["²", "١", "9" * 5000])
def test_digits_that_are_no_page_number(page: str) -> None:
    """isdigit() says yes to these."""
    assert PageCode.parse(f"TEST20:TT-TP-0001-K:{page}:0123ABCD:ABCDEFGH") is None


@pytest.mark.parametrize("serial", ["PHIẾU", "TT-TP-0001-Ế"])
def test_letters_of_other_alphabets_in_a_code(serial: str) -> None:
    parsed = PageCode.parse(f"TEST20:{serial}:1:0123ABCD:ABCDEFGH")
    assert parsed is None or not parsed[0].signed_by(bytes(32), "ABCDEFGH")
    parsed = PageCode.parse("TEST20:TT-TP-0001-K:1:0123ABCD:ẾẾẾẾẾẾẾẾ")
    assert parsed is None or not parsed[0].signed_by(bytes(32), parsed[1])

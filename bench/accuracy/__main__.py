"""`scripts/bench accuracy`: how often the reader is wrong."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import Any

import click

from bench.accuracy.judge import judge_again, judge_in_worker, start_worker
from bench.accuracy.pages import FORMS_PER_SEED, Desk
from bench.accuracy.people import KNOWN, PENS, PEOPLE
from bench.accuracy.results import SEEDS_WITH_SCORES, Results
from bench.accuracy.scores import ScoredPage, load_scores, save_scores
from bench.accuracy.table import report, sums
from bench.survey import issue_and_print
from sipas_forms.cli.progress import progress_bar
from sipas_forms.simulate import PROFILES
from sipas_forms.workers import worker_pool

# Forms per profile of the version that takes ten minutes on two cores.
QUICK = {"clean": 400, "office": 400, "bw": 400, "rough": 200, "photo": 100}

# A profile is a scanner and usual people; others try a reader.
HELP = f"Any of: {', '.join(PROFILES)}; with +{', +'.join((*PEOPLE, *PENS))} other people, or +hairs on the glass."

Job = tuple[str, int, int]  # profile, seed, forms


@click.command()
@click.option("--profiles", default="clean,office,bw", show_default=True, help=HELP)
@click.option("--forms", type=click.IntRange(min=1), default=1000, show_default=True, help="Forms per profile.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The first seed.")
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Processes.")
@click.option("--quick", is_flag=True, help="All profiles in ten minutes.")
@click.option("--redo", is_flag=True, help="Read seeds again whose results are there already.")
@click.option("--report", "report_only", is_flag=True, help="Only print the table and the curve of what was counted.")
@click.option("--sheet", is_flag=True, help="Write the contact sheet of the crops nearest to the thresholds.")
@click.option("--show", metavar="SEED/SERIAL/QUESTION", help="Write one question's crop and print its scores.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Results().folder,
    help="Results' folder.",
)
def main(
    profiles: str,
    forms: int,
    seed: int,
    workers: int,
    quick: bool,
    redo: bool,
    report_only: bool,
    sheet: bool,
    show: str | None,
    out: Path,
) -> None:
    """Print, fill, scan and read forms whose truth is known; count what is right, doubtful and misread."""
    results, names = Results(out), _names(profiles)
    if show:
        from bench.accuracy.pictures import show_question

        with tempfile.TemporaryDirectory() as folder:
            show_question(_desk(Path(folder)), names[0], show, out)
        return
    decide_again(results)
    if not (report_only or sheet):
        wanted = QUICK if quick else dict.fromkeys(names, forms)
        run(results, _jobs(results, wanted, seed, redo), workers)
    if sheet:
        from bench.accuracy.pictures import contact_sheet

        with tempfile.TemporaryDirectory() as folder:
            click.echo(f"written: {contact_sheet(_desk(Path(folder)), results, names)}")
        return
    from bench.accuracy.curve import curve

    for line in [*report(sums(results.lines())), *curve(results)]:
        click.echo(line)
    click.echo(f"Code {results.code}, measuring {results.measuring}.")
    if others := results.other_lines():
        click.echo(f"{others} seeds that other versions of the code read are left out.")


def run(results: Results, jobs: list[Job], workers: int) -> None:
    """Do the jobs in processes; every finished seed is kept, whatever happens to the rest."""
    if not jobs:
        return
    results.code  # noqa: B018 - before the workers start: what is read is the code as it stands now
    keep = {name: SEEDS_WITH_SCORES - len(results.scores(name)) for name, _, _ in jobs}
    total, done, misreads = 2 * sum(forms for _, _, forms in jobs), 0, 0
    with tempfile.TemporaryDirectory() as folder, progress_bar("accuracy", "pages") as bar:
        root = Path(folder)
        issue_and_print(root, max(forms for _, _, forms in jobs))
        for line, scored in _results(root, jobs, workers):
            results.append(line)
            if keep[line["profile"]] > 0:
                save_scores(results.scores_path(line["profile"], line["seed"]), scored)
                keep[line["profile"]] -= 1
            done += line["pages"]
            misreads += len(line["misreads"])
            bar(done, total, f"{misreads} misreads" if misreads else "")
            for note in line["misreads"]:
                print(
                    f"misread: {line['profile']} {line['seed']}/{note['serial']}/{note['question']}",
                    file=sys.stderr,
                )


def decide_again(results: Results) -> None:
    """Bring the seeds that were read before up to the policy as it is, by their stored scores."""
    lines = results.measured_lines()
    if not lines:
        return
    with progress_bar("deciding again", "seeds") as bar:
        for done, line in enumerate(lines, 1):
            results.append(judge_again(line, load_scores(results.scores_path(line["profile"], line["seed"]))))
            bar(done, len(lines), "")


def _results(root: Path, jobs: list[Job], workers: int) -> Iterator[tuple[dict[str, Any], list[ScoredPage]]]:
    """Results as they come; only a few jobs wait in the pool, so that a stop is quick."""
    rest = list(reversed(jobs))
    with worker_pool(workers, start_worker, (root,)) as pool:
        waiting: set[Future[tuple[dict[str, Any], list[ScoredPage]]]] = set()
        while rest or waiting:
            while rest and len(waiting) < 2 * workers:
                waiting.add(pool.submit(judge_in_worker, *rest.pop()))
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                yield future.result()


def _jobs(results: Results, wanted: dict[str, int], first: int, redo: bool) -> list[Job]:
    """Seeds from `first` on until each profile has its forms; those that were counted already are passed over."""
    known = {} if redo else {(line["profile"], line["seed"]): line["forms"] for line in results.lines()}
    jobs: list[Job] = []
    for name, forms in wanted.items():
        for number in range(-(-forms // FORMS_PER_SEED)):
            share = min(FORMS_PER_SEED, forms - number * FORMS_PER_SEED)
            if known.get((name, first + number), 0) < share:
                jobs.append((name, first + number, share))
    jobs.sort(key=lambda job: job[1])  # seed by seed, so that a run that is stopped early has something of each
    passed = sum(-(-forms // FORMS_PER_SEED) for forms in wanted.values()) - len(jobs)
    if passed:
        click.echo(f"{passed} seeds are counted already and passed over (--redo reads them again).", err=True)
    return jobs


def _names(profiles: str) -> list[str]:
    names = [name.strip() for name in profiles.split(",") if name.strip()]
    unknown = [name for name in names if name not in KNOWN]
    if unknown or not names:
        raise click.BadParameter(f"there is no profile '{', '.join(unknown)}'; there is: {', '.join(KNOWN)}.")
    return names


def _desk(root: Path) -> Desk:
    issue_and_print(root, FORMS_PER_SEED)
    return Desk.of(root)


if __name__ == "__main__":
    main(prog_name="scripts/bench accuracy")

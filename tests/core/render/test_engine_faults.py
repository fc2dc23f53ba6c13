"""One bad example takes down a worker at most, never the others and never the build."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.render.base import Engine, Failure, Rendered
from sphinx_airflow_prod.core.render.pool import Pool, Reply, Task, Worker
from tests.core.render.tools import chart, chart_of, render_job

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="fork and signals are POSIX")


@pytest.mark.parametrize(
    ("fault", "kind"), [("cycle", "crash"), ("memory", "crash"), ("recursion", "template")]
)
def test_a_bad_job_fails_alone(fault: str, kind: str, single: Engine) -> None:
    faults = chart("faults")
    good = [render_job(faults, {"text": str(number)}) for number in range(3)]
    answers = single.run([good[0], good[1], render_job(faults, {"fault": fault}), good[2]])
    bad = answers.pop(2)
    assert isinstance(bad, Failure)
    assert bad.kind == kind
    assert all(isinstance(answer, Rendered) for answer in answers)


def test_a_job_without_end_is_stopped_and_the_next_is_done(hasty: Engine) -> None:
    jobs = [render_job(chart("faults"), {"fault": fault}) for fault in ("busy", "none")]
    stopped, done = hasty.run(jobs)
    assert stopped == Failure("timeout", "Helm was still rendering after 3 s and was stopped")
    assert isinstance(done, Rendered)


def test_a_value_alone_can_loop_and_is_stopped(hasty: Engine) -> None:
    values = {
        "fault": "tpl",
        "text": "{{ range until 100000 }}{{ range until 100000 }}{{end}}{{end}}",
    }
    started = time.monotonic()
    (found,) = hasty.run([render_job(chart("faults"), values)])
    assert found == Failure("timeout", "Helm was still rendering after 3 s and was stopped")
    assert time.monotonic() - started < 30


def test_rendering_does_not_change_the_chart_for_the_next_render(single: Engine) -> None:
    """Helm's ``render`` takes disabled subcharts away from its chart."""
    one = chart("crds-hooks-notes")
    values = [{}, {"child": {"enabled": False}}, {"child": {"color": "blue"}}]
    answers = [single.run([render_job(one, each)])[0] for each in values]
    children = [
        sum("/charts/child/" in path for path in (*found.templates, *found.crds))
        for found in answers
        if isinstance(found, Rendered)
    ]
    assert children == [2, 0, 2]


def test_kubernetes_version_and_api_versions_reach_the_chart(engine: Engine) -> None:
    release = {"kube_version": "v1.29.3", "api_versions": ("example.com/v1",)}
    default, asked = engine.run(
        [render_job(chart("minimal")), render_job(chart("minimal"), **release)]
    )
    assert isinstance(default, Rendered)
    assert isinstance(asked, Rendered)
    path = "minimal/templates/configmap.yaml"
    assert 'knows-example: "false"' in default.templates[path]
    assert 'kubernetes: "v1.29.3"' in asked.templates[path]
    assert 'knows-example: "true"' in asked.templates[path]
    assert 'knows-core: "true"' in asked.templates[path]  # added, not put in place of others


def test_hooks_crds_and_notes(engine: Engine) -> None:
    (found,) = engine.run([render_job(chart("crds-hooks-notes"))])
    assert isinstance(found, Rendered)
    name = "crds-hooks-notes"
    assert list(found.templates) == [
        f"{name}/charts/child/templates/configmap.yaml",
        f"{name}/templates/hook.yaml",
        f"{name}/templates/two.yaml",
    ]
    assert list(found.crds) == [
        f"{name}/charts/child/crds/gadgets.yaml",
        f"{name}/crds/widgets.yaml",
    ]
    assert found.notes == 'Installed airflow — "quoted" & <b>bold</b>.\n'


def test_a_missing_dependency_is_refused_as_helm_does(engine: Engine) -> None:
    metadata = "apiVersion: v2\nname: c\nversion: 0.1.0\ndependencies: [{name: db, version: 1.x}]\n"
    (found,) = engine.run([render_job(chart_of({}, **{"Chart.yaml": metadata}))])
    assert isinstance(found, Failure)
    assert found.template == "Chart.yaml"
    assert "run 'helm dependency build c'" in found.message


NOISY = """
import os
def helm_sdk_version(): return "v0"
def call_handle(*_): return 1
def call_status(*_): pass
def call_string(*_):
    os.write(1, b"printed by the library")
    return '{"read": %d}' % len(os.read(0, 10))
"""


def test_output_of_libraries_does_not_disturb_the_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "helm_python").mkdir()
    (tmp_path / "helm_python" / "__init__.py").touch()
    (tmp_path / "helm_python" / "errors.py").write_text("class HelmError(Exception): pass")
    (tmp_path / "helm_python" / "_native.py").write_text(NOISY)
    monkeypatch.syspath_prepend(tmp_path)
    pool = Pool(1, 20)
    assert ask(pool, READ) == [Reply(ok=[{"read": 0}])]
    pool.close()


@pytest.fixture
def pool() -> Iterator[Pool]:
    """A pool of one worker."""
    if importlib.util.find_spec("helm_python") is None:
        pytest.skip("the extra [embedded] is not installed")
    made = Pool(1, 20)
    yield made
    made.close()


READ = Task({"op": "read", "texts": ["a: yes"]})


def ask(pool: Pool, *tasks: Task) -> list[Reply]:
    replies: dict[int, Reply] = {}
    pool.run(tasks, replies.__setitem__)
    return [replies[index] for index in range(len(tasks))]


def running(pool: Pool) -> Worker:
    (worker,) = pool._alive
    return worker


def gone(pid: int, seconds: float = 5) -> bool:
    """Whether a process is gone, or a zombie, within some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


class TestPool:
    def test_a_worker_is_kept_for_the_next_batch(self, pool: Pool) -> None:
        ask(pool, READ)
        first = running(pool).pid
        ask(pool, READ, READ)
        assert running(pool).pid == first

    def test_one_killed_from_outside_is_replaced_without_a_word(self, pool: Pool) -> None:
        ask(pool, READ)
        os.kill(running(pool).pid, signal.SIGKILL)
        assert ask(pool, READ) == [Reply(ok=[{"a": True}])]

    def test_one_that_dies_of_a_fresh_job_is_not_tried_for_ever(self, pool: Pool) -> None:
        suicide = Task({"op": "no such request"})
        assert ask(pool, suicide)[0].code == "crash"
        assert ask(pool, READ, suicide)[1].code == "crash"

    def test_an_archive_is_sent_once(self, pool: Pool) -> None:
        sent: list[int] = []
        one = chart("minimal")

        def archive() -> bytes:
            sent.append(1)
            return one.archive

        request = {"op": "render", "key": "k", "values": "{}", "options": {}}
        replies = ask(pool, *[Task(request, "k", archive)] * 3)
        assert [reply.code for reply in replies] == ["", "", ""]
        assert len(sent) == 1

    def test_closing_ends_the_processes_and_the_pool_can_go_on(self, pool: Pool) -> None:
        ask(pool, READ)
        pid = running(pool).pid
        pool.close()
        assert gone(pid)
        assert ask(pool, READ) == [Reply(ok=[{"a": True}])]

    def test_an_interrupt_ends_a_process_in_the_middle_of_its_job(self, pool: Pool) -> None:
        faults = chart("faults")
        request = {"op": "render", "key": "k", "values": '{"fault": "busy"}', "options": {}}
        pids: list[int] = []

        def interrupt(*_: object) -> None:
            pids.append(running(pool).pid)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            pool.run([READ, Task(request, "k", lambda: faults.archive)], interrupt)
        assert gone(pids[0])

    def test_an_answer_is_not_late_when_many_others_are_asked(self, pool: Pool) -> None:
        replies = ask(pool, *[READ] * 300)
        assert {str(reply) for reply in replies} == {str(Reply(ok=[{"a": True}]))}

    @POSIX
    @pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
    def test_a_fork_uses_workers_of_its_own(self, pool: Pool) -> None:
        ask(pool, READ)
        theirs = running(pool).pid
        child = os.fork()
        if child == 0:
            try:
                good = ask(pool, READ) == [Reply(ok=[{"a": True}])] and running(pool).pid != theirs
                pool.close()
            finally:
                os._exit(0 if good else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert ask(pool, READ) == [Reply(ok=[{"a": True}])]
        assert running(pool).pid == theirs


SCRIPT = """
import os, sys, time
from sphinx_airflow_prod.core.render.pool import Pool, Task
pool = Pool(1, 20)
pool.run([Task({"op": "read", "texts": ["a: 1"]})])
(worker,) = pool._alive
print(worker.pid, flush=True)
"""


@POSIX
@pytest.mark.parametrize(
    "end",
    [
        "",
        "raise SystemExit(3)",
        "os.kill(os.getpid(), 9)",
        "os.fork() or time.sleep(30)\nos.kill(os.getpid(), 9)",
        "os.kill(worker.pid, 19); os.kill(worker.pid, 18); os.kill(os.getpid(), 15)",
    ],
    ids=["normal", "exit", "killed", "killed, with a fork left", "terminated"],
)
def test_no_worker_outlives_the_build(end: str) -> None:
    if importlib.util.find_spec("helm_python") is None:
        pytest.skip("the extra [embedded] is not installed")
    script = textwrap.dedent(SCRIPT) + end
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    process.stdout.close()
    process.wait(20)
    assert gone(pid)


def test_helm_is_never_loaded_in_this_process(embedded: Engine) -> None:
    embedded.run([render_job(chart("minimal"))])
    assert not any(name.startswith("helm_python") for name in sys.modules)


def test_a_worker_that_cannot_start_is_an_answer(
    monkeypatch: pytest.MonkeyPatch, single: Engine
) -> None:
    monkeypatch.setenv("HELM_C_LIB", "/nowhere/libhelm.so")
    monkeypatch.setattr(sys, "path", [path for path in sys.path if "site-packages" not in path])
    (found,) = single.run([render_job(chart("minimal"))])
    assert isinstance(found, Failure)
    assert found.kind == "engine"
    assert "could not start" in found.message

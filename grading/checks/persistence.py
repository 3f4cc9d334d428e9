"""A3: data stays."""

from __future__ import annotations

from grading.check import Phase, check
from grading.keeping import Restarted, Restored, lost
from grading.team import Team
from grading.text import Text, joined


@check(
    "A3.1",
    points=1,
    phase=Phase.DISTURBING,
    why={
        "en": "Containers come and go, that is their point; what users wrote must not go with them.",
        "ko": "컨테이너는 오고 가는 것입니다. 사용자가 쓴 것이 함께 사라져서는 안 됩니다.",
    },
    hint={
        "en": "A named volume where the program writes (docker volume ls; PostgreSQL 17: /var/lib/postgresql), no file in a "
        "container. Redis: appendonly yes on a volume.",
        "ko": "프로그램이 쓰는 곳에 이름 있는 볼륨을 두고(docker volume ls, PostgreSQL 17은 /var/lib/postgresql), 컨테이너 안에 "
        "파일을 두지 마세요. Redis는 볼륨에 appendonly yes.",
    },
)
def nothing_is_lost(restarted: Restarted) -> Text:
    """Rows, images and sessions survive a restart of every container.

    모든 컨테이너를 다시 시작해도 행, 이미지, 세션이 남아 있다.
    """
    assert restarted.failure is None, restarted.failure or ""
    gone = lost(restarted.before, restarted.after)
    assert not gone, Text(f"lost rows: {'; '.join(gone)}", f"사라진 행: {'; '.join(gone)}")
    number = sum(map(len, restarted.before.values()))
    assert number, Text("there was no row to lose", "잃을 행이 없었음")
    other = [url for url, checksum in restarted.images.items() if restarted.images_after.get(url) != checksum]
    assert not other, Text(f"images are gone: {', '.join(other)}", f"사라진 이미지: {', '.join(other)}")
    assert restarted.images, Text("no image was there to lose", "잃을 이미지가 없었음")
    assert restarted.session == 200, Text(
        f"a session that was open is refused with {restarted.session}", f"열려 있던 세션이 {restarted.session}로 거부됨"
    )
    said = f"{number} rows, {len(restarted.images)} images, a session; back after {restarted.seconds:.0f} s"
    return Text(said, f"행 {number}개, 이미지 {len(restarted.images)}개, 세션. {restarted.seconds:.0f}초 만에 복귀")


@check(
    "A3.2",
    points=1,
    phase=Phase.DISTURBING,
    timeout=60,
    why={
        "en": "The user was told 202: accepted. A queue that forgets over a restart has lied to them.",
        "ko": "사용자에게 202, 접수됨이라고 했습니다. 재시작하며 잊어버리는 큐는 거짓말을 한 것입니다.",
    },
    hint={
        "en": "Redis: appendonly yes, appendfsync everysec, on a volume. Celery: task_acks_late, task_reject_on_worker_lost, "
        "a visibility_timeout of seconds.",
        "ko": "Redis: 볼륨에 appendonly yes, appendfsync everysec. Celery: task_acks_late, task_reject_on_worker_lost, "
        "몇십 초의 visibility_timeout.",
    },
)
def the_queue_is_kept(restarted: Restarted, team: Team) -> Text:
    """What waited in the queue is done after a restart of every container.

    큐에서 기다리던 작업은 모든 컨테이너를 다시 시작한 뒤에 처리된다.
    """
    assert restarted.failure is None, restarted.failure or ""
    assert restarted.queued, Text("team.yaml names no worker", "team.yaml에 워커가 없음")
    other = [state for state in restarted.queued if state != team.upload.ready]
    assert not other, Text(
        f"{len(other)} of {len(restarted.queued)} uploads are {', '.join(other)}",
        f"업로드 {len(restarted.queued)}개 중 {len(other)}개: {', '.join(other)}",
    )
    return Text(f"{len(restarted.queued)} uploads done", f"업로드 {len(restarted.queued)}개 처리됨")


@check(
    "A3.3",
    points=1,
    phase=Phase.DISTURBING,
    why={
        "en": "A program that does not heed SIGTERM is killed in the middle of what it does, at every deployment.",
        "ko": "SIGTERM을 듣지 않는 프로그램은 배포할 때마다 하던 일 도중에 강제로 종료됩니다.",
    },
    hint={
        "en": "CMD in exec form (a shell passes no signal on), init: true where a program has children, stop_grace_period above "
        "what the longest request takes. 137 means killed, 143 that nobody handled the signal.",
        "ko": "CMD는 exec 형식으로(셸은 신호를 전달하지 않음), 자식이 있으면 init: true, stop_grace_period는 가장 긴 요청보다 길게. "
        "137은 강제 종료, 143은 신호를 처리하지 않았다는 뜻입니다.",
    },
)
def everything_ends_by_itself(restarted: Restarted) -> Text:
    """Every container ends with 0 when it is asked to stop.

    멈추라고 하면 모든 컨테이너가 0으로 끝난다.
    """
    wrong = [f"{service}: {code}" for service, code in sorted(restarted.exits.items()) if code]
    assert not wrong, joined(wrong, most=12)
    assert restarted.exits, Text("nothing was running", "실행 중인 것이 없었음")
    number, seconds = len(restarted.exits), restarted.stopped_in
    return Text(f"{number} containers in {seconds:.0f} s", f"컨테이너 {number}개, {seconds:.0f}초")


@check(
    "A3.4",
    points=0.5,
    phase=Phase.DISTURBING,
    timeout=60,
    why={
        "en": "A backup that was never restored is a file, not a backup.",
        "ko": "복원해 보지 않은 백업은 백업이 아니라 파일일 뿐입니다.",
    },
    hint={
        "en": "python -m ops.backup create <team> FILE, then restore <team> FILE. It fails where the application keeps something "
        "outside of its own database, or the role owns what pg_restore cannot make anew.",
        "ko": "python -m ops.backup create <팀> 파일, 그다음 restore <팀> 파일. 자기 데이터베이스 밖에 무언가를 두거나 pg_restore가 다시 만들 수 "
        "없는 것이 있으면 실패합니다.",
    },
)
def a_backup_restores_everything(restored: Restored) -> Text:
    """A backup restored into a fresh database is what was there, row by row.

    백업을 새 데이터베이스에 복원하면 행 하나까지 그대로다.
    """
    assert restored.failure is None, restored.failure or ""
    number = sum(map(len, restored.before.values()))
    assert number, Text("there was no row to back up", "백업할 행이 없었음")
    assert restored.changed != restored.before, Text(
        "the changes after the backup did nothing", "백업 뒤의 변경이 없었음"
    )
    gone, more = lost(restored.before, restored.after), lost(restored.after, restored.before)
    assert not gone, Text(f"lost: {'; '.join(gone)}", f"사라짐: {'; '.join(gone)}")
    assert not more, Text(f"not of the backup: {'; '.join(more)}", f"백업에 없던 것: {'; '.join(more)}")
    assert restored.read == 200, Text(
        f"the application answers {restored.read} for what was restored", f"복원한 것을 읽으면 {restored.read}"
    )
    tables = len(restored.before)
    return Text(
        f"{number} rows in {tables} tables, {restored.size:,} bytes",
        f"테이블 {tables}개의 행 {number}개, {restored.size:,}바이트",
    )

import time
import pytest
from tests.functional.jobs.test_celery import *
from tests.functional.jobs.test_celery import _done
@pytest.mark.long
def test_x(tmp_path, engines):
    if not engines.file: pytest.skip("x")
    with own_broker("rabbitmq", tmp_path) as own:
        place = Place(tmp_path, engines, own.url)
        invited(engines, *range(1000))
        with place.announcing() as a:
            a.ring()
            with place.working():
                until(lambda: done(engines) >= 50, 60)
                t=time.monotonic(); own.kill(); print("killed", done(engines)); own.start(); print("up", time.monotonic()-t)
                for i in range(60):
                    time.sleep(3); n=_done(engines); print(round(time.monotonic()-t), n, flush=True)
                    if n==1000: break
                    if i==6:
                        import subprocess; print(subprocess.run("for p in $(pgrep -f \"myproject wor[k]\"); do /tmp/pyspy/bin/py-spy dump --locals --pid $p; done", shell=True, capture_output=True, text=True).stdout, flush=True); break

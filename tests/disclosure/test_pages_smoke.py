import pytest
from apps.core import clock
from tests.disclosure.rooms import NOW, make_world
@pytest.mark.django_db
def test_world(cast, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    w = make_world(cast)
    f = w.cast.fund.code
    with clock.set_to(NOW):
        for u in ["/", "/find/", "/find/?q=百步", "/d/500110/", "/d/500110001/","/d/500110001001/","/books/", f"/f/{f}/", f"/f/{f}/book/", f"/f/{f}/book/?flow=donated", f"/f/{f}/roll/", f"/f/{f}/rules/", f"/f/{f}/committee/", "/projects/", f"/p/{w.lunch.code}/", f"/p/{w.rails.code}/", "/motions/", f"/m/{w.open_motion.code}/", f"/m/{w.notice_motion.code}/"]:
            r = client.get(u); print(u, r.status_code, len(r.content)); assert r.status_code == 200

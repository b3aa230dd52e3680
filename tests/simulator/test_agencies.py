def test_a_related_agency_gets_the_pixel_at_once(sim, api, ids):
    answer = api.share(ids.shop, ids.northlight, "ANALYZE", "UPLOAD")

    assert answer == {"success": True}
    assert sim.shares() == {(ids.shop, ids.northlight): frozenset({"ANALYZE", "UPLOAD"})}


def test_an_unrelated_agency_is_asked_first(sim, api, ids):
    answer = api.share(ids.shop, ids.harbour)

    request = sim.request(answer["pending_request_id"])
    assert answer["success"] is True
    assert (request.status, request.owner, request.agency) == ("PENDING", ids.acme, ids.harbour)
    assert sim.shares() == {}


def test_tasks_may_be_written_as_the_guide_writes_them(sim, api, ids):
    api.post(
        f"{ids.shop}/agencies",
        business=ids.northlight,
        permitted_tasks="['ANALYZE', 'UPLOAD', 'ADVERTISE']",
    )

    assert sim.shares()[ids.shop, ids.northlight] == {"ANALYZE", "UPLOAD", "ADVERTISE"}


def test_parameters_may_stand_in_the_query_of_a_post(sim, ids):
    import requests

    url = f"{sim.url}/{ids.shop}/agencies/"
    query = {
        "business": ids.northlight,
        "permitted_tasks": '["UPLOAD"]',
        "access_token": "owner-token",
    }

    assert requests.post(url, params=query, timeout=10).json() == {"success": True}
    assert sim.shares()[ids.shop, ids.northlight] == {"UPLOAD"}


def test_a_multipart_body_is_read(sim, ids):
    import requests

    parts = {
        "business": (None, ids.northlight),
        "permitted_tasks": (None, '["UPLOAD"]'),
        "access_token": (None, "owner-token"),
    }

    requests.post(f"{sim.url}/{ids.shop}/agencies", files=parts, timeout=10)

    assert sim.shares()[ids.shop, ids.northlight] == {"UPLOAD"}


def test_agencies_show_tasks_only_when_asked_for(api, ids):
    api.share(ids.shop, ids.northlight)

    row = api.get(f"{ids.shop}/agencies")["data"][0]

    assert row == {"id": ids.northlight, "name": "Northlight Media"}


def test_agencies_count_in_the_summary(api, ids):
    api.share(ids.shop, ids.northlight)

    assert api.get(f"{ids.shop}/agencies", summary="true")["summary"] == {"total_count": 1}


def test_shared_agencies_list_the_same_businesses(api, ids):
    api.share(ids.shop, ids.northlight)

    assert [row["id"] for row in api.get(f"{ids.shop}/shared_agencies")["data"]] == [ids.northlight]


def test_unsharing_ends_the_share(sim, api, ids):
    api.share(ids.shop, ids.northlight)

    assert api.unshare(ids.shop, ids.northlight) == {"success": True}
    assert sim.shares() == {}


def test_edit_needs_an_app_on_the_list(sim, api, ids):
    refused = api.share(ids.shop, ids.northlight, "EDIT")["error"]
    allowed = api.share(ids.shop, ids.northlight, "EDIT", token="edit-token")

    assert refused["code"] == 200
    assert "allowlisted" in refused["message"]
    assert allowed == {"success": True}


def test_an_unknown_task_is_named(api, ids):
    error = api.share(ids.shop, ids.northlight, "ANALYZE", "WATCH")["error"]

    assert error["code"] == 100
    assert "permitted_tasks[1]" in error["message"]
    assert 'got "WATCH"' in error["message"]


def test_a_missing_parameter_is_named(api, ids):
    error = api.post(f"{ids.shop}/agencies", business=ids.northlight)["error"]

    assert (error["code"], error["message"]) == (
        100,
        "(#100) The parameter permitted_tasks is required",
    )


def test_the_owner_cannot_be_its_own_agency(api, ids):
    assert api.share(ids.shop, ids.acme)["error"]["code"] == 100


def test_an_unknown_business_is_a_bad_parameter(api, ids):
    assert api.share(ids.shop, "999")["error"]["code"] == 100


def test_a_pixel_goes_to_no_more_businesses_than_allowed(sim, api, ids):
    sim.set(max_shares_per_pixel=1)
    api.share(ids.shop, ids.harbour)

    error = api.share(ids.shop, ids.northlight)["error"]

    assert (error["code"], error["error_subcode"]) == (100, 1752150)

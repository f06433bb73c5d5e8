"""known.py ADDRESS KEY TOML: writes for schemathesis which things there are, and the key that opens them."""
import json
import sys
import urllib.request

address, key_file, target = sys.argv[1:]
with open(key_file) as file:
    secret = json.load(file)["secret"]


def get(path):
    request = urllib.request.Request(address + path, headers={"Authorization": "Bearer " + secret})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


received = get("/referrals?limit=200")["contents"]
sent = get("/referrals?side=sent&limit=200")["contents"]
services = get("/services")["contents"]
assert received and sent and services, "the demonstration has none"
# One of each state, so that each move is tried where it can be made and where it can't.
by_state = {one["state"]: one["id"] for one in received + sent}
dictionaries = {
    "referrals": sorted(by_state.values()),
    "cases": sorted({one["case"] for one in sent})[:5],
    "services": sorted(one["id"] for one in services)[:5],
    "recipients": sorted({one["to"]["id"] for one in sent}),
    # Who may be suggested is in no received referral: neither who sent it nor who received it.
    "others": sorted({one["id"] for one in get("/agencies")["contents"]}
                     - {part["id"] for one in received for part in (one["from"], one["to"])}),
}
assert dictionaries["others"], "every agency sends to this one"
uses = {
    "path.referral": "referrals", "path.case": "cases", "path.service": "services",
    "body.case": "cases", "body.to": "recipients", "body.suggested": "others",
}
with open(target, "w") as file:
    file.write('headers = { "Authorization" = "Bearer %s" }\n' % secret)
    # Whether a well-formed identifier names something the key may name is beyond a schema: 422 says that it doesn't.
    file.write("[checks.positive_data_acceptance]\n")
    file.write('expected-statuses = ["2xx", "401", "403", "404", "409", "422", "429"]\n')
    file.write("[dictionaries]\n")
    for name, known in dictionaries.items():
        file.write("%s = { values = %s }\n" % (name, json.dumps(known)))
    file.write("[parameters]\n")
    for name, known in uses.items():
        probability = 1.0 if known == "others" else 0.8
        file.write('"%s" = { dictionary = "%s", probability = %s }\n' % (name, known, probability))

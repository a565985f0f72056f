"""Writes what the package pyworkforce says of Erlang C to pyworkforce-VERSION.json, beside this file.

    python3 -m venv venv && venv/bin/pip install pyworkforce==0.5.1 && venv/bin/python pyworkforce.py

Times are in seconds throughout. Cases with no more agents than the load are left out: there the package returns a probability of
waiting of 1 or more and a service level of 0, without an error, where the queue has no steady state.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

# This file has the package's name, and its folder comes first on the path.
sys.path = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).resolve().parent]
from pyworkforce.queuing import ErlangC  # noqa: E402

# Calls, period, handling time, answer within, agents.
QUEUES = [
    (1, 3600, 600, 20, 1),
    (10, 3600, 300, 20, 2),
    (45, 3600, 240, 20, 4),
    (45, 3600, 240, 20, 5),
    (45, 3600, 240, 20, 10),
    (100, 1800, 180, 20, 14),
    (100, 1800, 240, 20, 20),
    (100, 1800, 300, 20, 20),
    (35, 900, 752, 20, 37),
    (48, 60, 60, 20, 50),
    (360, 1800, 240, 15, 55),
    (1000, 3600, 300, 20, 90),
    (1140, 3600, 300, 30, 100),
    (6000, 3600, 300, 20, 510),
    (11760, 3600, 300, 10, 1000),
    (29500, 1800, 300, 20, 5000),
    (59000, 1800, 300, 20, 9900),
    (59700, 1800, 300, 20, 10000),
    (59950, 1800, 300, 20, 10000),
]

# Calls, period, handling time, answer within, service level, greatest occupancy, shrinkage.
TARGETS = [
    (100, 1800, 180, 20, 0.8, 1.0, 0.0),
    (100, 1800, 240, 20, 0.8, 1.0, 0.0),
    (360, 1800, 240, 15, 0.8, 1.0, 0.0),
    (45, 3600, 240, 20, 0.8, 1.0, 0.3),
    (25, 900, 752, 20, 0.9, 1.0, 0.0),
    (2000, 1800, 300, 20, 0.8, 0.9, 0.0),
    (20000, 1800, 300, 20, 0.8, 1.0, 0.0),
    (59000, 1800, 300, 20, 0.9, 1.0, 0.25),
]


def queue(calls, period, handling, within, agents):
    model = ErlangC(transactions=calls, aht=handling, asa=within, interval=period)
    return {
        "calls": calls,
        "period": period,
        "handling": handling,
        "within": within,
        "agents": agents,
        "probabilityWait": model.waiting_probability(agents),
        "serviceLevel": model.service_level(agents),
        "occupancy": model.achieved_occupancy(agents),
    }


def target(calls, period, handling, within, share, occupancy, shrinkage):
    model = ErlangC(transactions=calls, aht=handling, asa=within, interval=period, shrinkage=shrinkage)
    found = model.required_positions(service_level=share, max_occupancy=occupancy)
    return {
        "calls": calls,
        "period": period,
        "handling": handling,
        "within": within,
        "share": share,
        "maxOccupancy": occupancy,
        "shrinkage": shrinkage,
        "agents": found["raw_positions"],
        "scheduled": found["positions"],
        "serviceLevel": found["service_level"],
        "probabilityWait": found["waiting_probability"],
    }


def main():
    package = version("pyworkforce")
    data = {
        "package": "pyworkforce",
        "version": package,
        "python": sys.version.split()[0],
        "queues": [queue(*case) for case in QUEUES],
        "targets": [target(*case) for case in TARGETS],
    }
    path = Path(__file__).with_name(f"pyworkforce-{package}.json")
    path.write_text(json.dumps(data, indent=1) + "\n")


main()

"""duckdb_questions.py FOLDER: loads users.ndjson, assign.csv and apps.csv, asks each question six times, prints one JSON object."""

import json
import os
import statistics
import sys
import time

import duckdb

folder = sys.argv[1]
database = os.path.join(folder, "duck.db")
if os.path.exists(database):
    os.remove(database)
connection = duckdb.connect(database, config={"threads": os.cpu_count()})
profile = ["login", "email", "firstName", "lastName", "displayName", "department", "city", "title", "employeeNumber", "mobilePhone"]
columns = {name: "TIMESTAMP" for name in ["created", "activated", "statusChanged", "lastLogin", "lastUpdated"]}
columns |= {
    "id": "VARCHAR",
    "status": "VARCHAR",
    "profile": "STRUCT(%s)" % ", ".join(f"{name} VARCHAR" for name in profile),
    "credentials": "STRUCT(provider STRUCT(type VARCHAR, name VARCHAR))",
}
connection.execute(
    f"create table users as select * from read_json('{folder}/users.ndjson', format='newline_delimited', columns={columns})"
)
connection.execute(f"create table assign as select * from read_csv('{folder}/assign.csv')")
connection.execute(f"create table apps as select * from read_csv('{folder}/apps.csv')")
connection.execute("checkpoint")
texts = ["id", "status"] + [f"profile.{name}" for name in profile] + ["credentials.provider.type", "credentials.provider.name"]
email = connection.execute("select profile.email from users order by id limit 1 offset 777777").fetchone()[0]
needle = email.split("@")[0][-6:]
questions = {
    "Q1 count by status": "select status, count(*) from users group by 1 order by 2 desc, 1",
    "Q2 status and date": "select count(*) from users where status = 'ACTIVE' and lastLogin < timestamp '2026-03-01'",
    "Q3 top 20 applications by active users": "select a.label, count(*) n from assign s join users u on u.id = s.user_id "
    "join apps a on a.id = s.app_id where u.status = 'ACTIVE' group by a.id, a.label order by n desc, a.label limit 20",
    "Q4 users in no application": "select count(*) from users u where not exists (select 1 from assign s where s.user_id = u.id)",
    "Q5 one by e-mail": f"select id, profile.login from users where profile.email = '{email}'",
    "Q6 substring over all text": "select count(*) from users where " + " or ".join(f"contains({text}, '{needle}')" for text in texts),
}
questions["Q6 the same, in fourteen named members"] = questions["Q6 substring over all text"]
json.dump({"email": email, "needle": needle}, open(os.path.join(folder, "asked.json"), "w"))


def memory(name):
    for line in open("/proc/self/status"):
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024


answers = {}
for name, sql in questions.items():
    times = []
    for _ in range(6):
        begun = time.perf_counter()
        rows = connection.execute(sql).fetchall()
        times.append((time.perf_counter() - begun) * 1e3)
    answers[name] = {"milliseconds": statistics.median(times[1:]), "rows": [[str(value) for value in row] for row in rows]}
print(
    json.dumps(
        {
            "version": duckdb.__version__,
            "queries": answers,
            "anonymous_megabytes": memory("RssAnon"),
            "mapped_megabytes": memory("RssFile"),
            "peak_megabytes": memory("VmHWM"),
        }
    )
)

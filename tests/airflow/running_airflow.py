"""Run by the interpreter that ``AIRFLOW_PYTHON`` names: what the running Airflow says.

Reads JSON from its input, a list of [variable, section, option]; answers with
the options and sensitive names that it knows, and for each item whether the
option has the variable's value when only that one is set.
"""

import json
import os
import sys
import warnings

MARK = "value-of-the-variable"


def main() -> None:
    warnings.simplefilter("ignore")
    from airflow.configuration import conf  # type: ignore[import-not-found,unused-ignore]

    described = conf.configuration_description
    reads = []
    for variable, section, option in json.load(sys.stdin):
        command = variable.endswith("_CMD")
        os.environ[variable] = f"echo {MARK}" if command else MARK
        try:
            value = conf.get(section, option, fallback=None, suppress_warnings=True)
        except Exception as error:
            value = repr(error)
        del os.environ[variable]
        reads.append(str(value).strip() == MARK)
    options = {
        f"{section}.{name}": facts.get("type", "string")
        for section, entry in described.items()
        for name, facts in entry["options"].items()
    }
    sensitive = sorted(".".join(key) for key in conf.sensitive_config_values)
    from airflow import __version__  # type: ignore[import-not-found,unused-ignore]

    answer = {"options": options, "sensitive": sensitive, "reads": reads, "version": __version__}
    sys.stdout.write("\n" + json.dumps(answer))


if __name__ == "__main__":
    main()

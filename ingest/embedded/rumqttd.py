"""The embedded broker's own process: ``python rumqttd.py CONFIG.toml``. Exit 3 when an address is taken."""

import logging
import sys

from iotcore.iotcore import IotCoreBroker


def main() -> int:
    # rumqttd reports every packet as an error.
    logging.getLogger("rumqttd").setLevel(logging.CRITICAL)
    broker = IotCoreBroker(config_path=sys.argv[1])
    try:
        broker.check_ports()
    except OSError:
        return 3
    broker.run_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())

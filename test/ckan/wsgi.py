"""The application for gunicorn: CKAN's own development server hangs on each visit it is told of."""

import os

from ckan.cli import load_config
from ckan.config.middleware import make_app

application = make_app(load_config(os.environ["CKAN_INI"]))

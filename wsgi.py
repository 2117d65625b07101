"""The application as a WSGI server wants it: ``gunicorn wsgi:app``."""

from examcenter import config
from examcenter.app import create_app
from examcenter.web import logs

logs.configure()
app = create_app(config.load())

import os
from wsgiref.simple_server import make_server

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
call_command("migrate", verbosity=0)
server = make_server("127.0.0.1", 0, application)
print(f"app: http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()

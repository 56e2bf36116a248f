from django.contrib.auth.models import Group
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

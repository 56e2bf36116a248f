from django.http import JsonResponse
from django.urls import include, path


def home(request):
    user = request.user
    groups = [group.name for group in user.groups.all()]
    return JsonResponse({"email": getattr(user, "email", None), "groups": groups, "is_staff": user.is_staff})


urlpatterns = [path("", home)]

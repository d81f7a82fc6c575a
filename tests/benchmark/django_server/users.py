"""The model, serializer and service of perf.proto."""

from itertools import islice

import perf_pb2
from django.db import models
from rest_framework.serializers import ValidationError

from framework import ModelProtoSerializer, ModelService


class User(models.Model):
    id = models.BigAutoField(primary_key=True)
    username = models.TextField(unique=True, blank=True)
    email = models.TextField(blank=True)
    created_at = models.BigIntegerField(default=0)
    is_active = models.BooleanField(default=False)
    score = models.FloatField(default=0)

    class Meta:
        app_label = "perf"
        managed = False
        db_table = "perf_user"


class UserProtoSerializer(ModelProtoSerializer):

    class Meta:
        model = User
        proto_class = perf_pb2.User
        fields = ("id", "username", "email", "created_at", "is_active",
                  "score")


class UserService(ModelService):
    queryset = User.objects.order_by("id")
    serializer_class = UserProtoSerializer
    lookup_field = "id"
    streams = ("ListRows", "ListChunks")

    DEFAULT_PAGE_SIZE = 100
    MAX_PAGE_SIZE = 1000
    CHUNK_SIZE = 512

    def List(self, request, context):
        size = min(self._page_size(self.DEFAULT_PAGE_SIZE), self.MAX_PAGE_SIZE)
        # One row more than the page tells whether there is a next one.
        rows = list(self._after(request.page_token)[:size + 1])
        page = rows[:size]
        return perf_pb2.ListUsersResponse(
            results=self.get_serializer(page, many=True).message,
            next_page_token=str(page[-1].id) if len(rows) > size else "")

    def ListRows(self, request, context):
        rows = self.filter_queryset(self.get_queryset())
        most = self._page_size(0)
        if most:
            rows = rows[:most]
        yield from self.get_serializer(rows, many=True).message

    def ListChunks(self, request, context):
        size = self._page_size(self.CHUNK_SIZE)
        rows = self._after(request.page_token).iterator(chunk_size=size)
        while chunk := list(islice(rows, size)):
            yield perf_pb2.ListUsersResponse(
                results=self.get_serializer(chunk, many=True).message)

    def _page_size(self, default: int) -> int:
        if self.request.page_size < 0:
            raise ValidationError({"page_size": ["It must not be negative."]})
        return self.request.page_size or default

    def _after(self, page_token: str):
        rows = self.filter_queryset(self.get_queryset())
        if not page_token:
            return rows
        if not page_token.isdecimal():
            raise ValidationError({"page_token": ["It is not ours."]})
        return rows.filter(id__gt=int(page_token))

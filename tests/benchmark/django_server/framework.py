"""Model services in the way of django-grpc-framework, on DRF's serializers:
for each call a service object, one of its mixins' methods, Django's ORM, a
serializer between models and messages.
"""

from functools import partial

import grpc
from django.core.signals import request_finished, request_started
from django.http import Http404
from django.shortcuts import get_object_or_404
from google.protobuf import empty_pb2
from google.protobuf.json_format import MessageToDict, ParseDict
from rest_framework import serializers

# Fields that hold their zero, too: protobuf 26 has another name for it.
WITH_ZEROS = ({"including_default_value_fields": True}
              if "including_default_value_fields" in
              MessageToDict.__code__.co_varnames else
              {"always_print_fields_with_no_presence": True})

class ProtoListSerializer(serializers.ListSerializer):
    """Many models as a list of messages."""

    @property
    def message(self) -> list:
        return [self.child.data_to_message(data) for data in self.data]


class ModelProtoSerializer(serializers.ModelSerializer):
    """A ModelSerializer that also takes and gives messages, of
    Meta.proto_class."""

    def __init__(self, *arguments, message=None, **options):
        if message is not None:
            options["data"] = self.message_to_data(message)
        super().__init__(*arguments, **options)

    @classmethod
    def many_init(cls, *arguments, **options):
        return ProtoListSerializer(*arguments, child=cls(), **options)

    def message_to_data(self, message) -> dict:
        return MessageToDict(message, **WITH_ZEROS,
                             preserving_proto_field_name=True)

    def data_to_message(self, data):
        return ParseDict(data, self.Meta.proto_class())

    @property
    def message(self):
        return self.data_to_message(self.data)


class GenericService:
    """One call of a service of one model."""

    queryset = None
    serializer_class = None
    lookup_field = "pk"
    permission_classes = ()

    def __init__(self, request, context):
        self.request = request
        self.context = context

    def before_action(self) -> None:
        for permission in self.permission_classes:
            if not permission().has_permission(self.context, self):
                self.context.abort(grpc.StatusCode.PERMISSION_DENIED, "")

    def get_queryset(self):
        return self.queryset.all()

    def filter_queryset(self, queryset):
        return queryset

    def get_object(self):
        key = getattr(self.request, self.lookup_field)
        return get_object_or_404(self.filter_queryset(self.get_queryset()),
                                 **{self.lookup_field: key})

    def get_serializer(self, *arguments, **options):
        return self.serializer_class(*arguments, **options)


class CreateModelMixin:

    def Create(self, request, context):
        serializer = self.get_serializer(message=request)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return serializer.message


class RetrieveModelMixin:

    def Retrieve(self, request, context):
        return self.get_serializer(self.get_object()).message


class UpdateModelMixin:

    def Update(self, request, context):
        serializer = self.get_serializer(self.get_object(), message=request)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return serializer.message


class PartialUpdateModelMixin:

    def PartialUpdate(self, request, context):
        data = {field.name: value for field, value in request.ListFields()}
        serializer = self.get_serializer(self.get_object(), data=data,
                                         partial=True)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return serializer.message


class DestroyModelMixin:

    def Destroy(self, request, context):
        self.get_object().delete()
        return empty_pb2.Empty()


class ModelService(CreateModelMixin, RetrieveModelMixin, UpdateModelMixin,
                   PartialUpdateModelMixin, DestroyModelMixin, GenericService):
    """The standard methods; Lists have many forms, and are the service's."""

    # Methods that give a stream.
    streams = ()

    @classmethod
    def as_servicer(cls) -> "Servicer":
        return Servicer(cls)


class Servicer:
    """What gRPC's generated code registers: each method makes a service."""

    def __init__(self, service_class):
        self._service_class = service_class

    def __getattr__(self, name):
        if not hasattr(self._service_class, name):
            raise AttributeError(name)
        streams = name in self._service_class.streams
        return partial(self._stream if streams else self._unary, name)

    def _unary(self, name, request, context):
        request_started.send(sender=self._service_class)
        try:
            return self._call(name, request, context)
        except Exception as error:
            _refuse(context, error)
        finally:
            request_finished.send(sender=self._service_class)

    def _stream(self, name, request, context):
        request_started.send(sender=self._service_class)
        try:
            yield from self._call(name, request, context)
        except Exception as error:
            _refuse(context, error)
        finally:
            request_finished.send(sender=self._service_class)

    def _call(self, name, request, context):
        service = self._service_class(request, context)
        service.before_action()
        return getattr(service, name)(request, context)


def _refuse(context, error) -> None:
    if isinstance(error, Http404):
        context.abort(grpc.StatusCode.NOT_FOUND, str(error))
    if isinstance(error, serializers.ValidationError):
        taken = any(fault.code == "unique" for faults in error.detail.values()
                    for fault in faults)
        code = (grpc.StatusCode.ALREADY_EXISTS
                if taken else grpc.StatusCode.INVALID_ARGUMENT)
        context.abort(code, str(error.detail))
    raise error

"""What a refused call says of itself, as Python has it.

    try:
        shop.Create(order, timeout=5)
    except grpc.RpcError as error:
        refused = Refusal(error)
        for field, fault in refused.faults:
            form[field].show(fault)

The details are google.rpc's messages, in the trailer grpc-status-details-bin.
modelservice/status.proto has the same ones, so that nothing is to be installed;
who has googleapis-common-protos may decode them with google.rpc's, byte for byte.
"""

from modelservice import status_pb2

_TRAILER = "grpc-status-details-bin"


class Refusal:
    """Of a grpc.RpcError. What was not said is "", None or []."""

    def __init__(self, error):
        self.code = error.code().name
        self.message = error.details()
        self._details = {}
        for key, value in error.trailing_metadata() or ():
            if key != _TRAILER:
                continue
            for detail in status_pb2.StatusDetails.FromString(value).details:
                name = detail.type_url.rpartition(".")[2]
                # A newer server may tell what this program knows nothing of.
                message = getattr(status_pb2, name, None)
                if message is not None:
                    self._details[name] = message.FromString(detail.value)

    @property
    def reason(self):
        """For programs: UPPER_SNAKE_CASE, and the same tomorrow."""
        info = self._details.get("ErrorInfo")
        return info.reason if info else ""

    @property
    def faults(self):
        """(field, what is wrong with it), all of a request at once."""
        request = self._details.get("BadRequest")
        return [(fault.field, fault.description)
                for fault in request.field_violations] if request else []

    @property
    def resource(self):
        """(type, name) of what is missing or there already."""
        info = self._details.get("ResourceInfo")
        return (info.resource_type, info.resource_name) if info else None

    @property
    def quotas(self):
        """(subject, description) of limits that were reached."""
        failure = self._details.get("QuotaFailure")
        return [(violation.subject, violation.description)
                for violation in failure.violations] if failure else []

    @property
    def retry_delay(self):
        """Seconds before which the call is not worth making again."""
        info = self._details.get("RetryInfo")
        return info.retry_delay.ToTimedelta().total_seconds() if info else None

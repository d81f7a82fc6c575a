"""A model with every kind of field that Django has, and its relations."""

import uuid

from django.db import models


class Tag(models.Model):
    id = models.BigAutoField(primary_key=True)
    name = models.SlugField(unique=True)


class Document(models.Model):
    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=80)


class Kind(models.Model):
    id = models.AutoField(primary_key=True)
    big_integer = models.BigIntegerField()
    binary = models.BinaryField()
    boolean = models.BooleanField()
    boolean_null = models.BooleanField(null=True)
    char = models.CharField(max_length=30, db_index=True)
    char_null = models.CharField(max_length=30, null=True)
    date = models.DateField()
    date_null = models.DateField(null=True)
    datetime = models.DateTimeField()
    datetime_null = models.DateTimeField(null=True)
    decimal = models.DecimalField(max_digits=12, decimal_places=2)
    decimal_null = models.DecimalField(max_digits=12, decimal_places=2,
                                       null=True)
    duration = models.DurationField()
    email = models.EmailField()
    file = models.FileField(upload_to="files")
    file_path = models.FilePathField(path="/tmp")
    float_number = models.FloatField()
    float_null = models.FloatField(null=True)
    address = models.GenericIPAddressField()
    address_null = models.GenericIPAddressField(null=True)
    integer = models.IntegerField()
    integer_null = models.IntegerField(null=True)
    json = models.JSONField()
    json_null = models.JSONField(null=True)
    positive_big_integer = models.PositiveBigIntegerField()
    positive_integer = models.PositiveIntegerField()
    positive_small_integer = models.PositiveSmallIntegerField()
    slug = models.SlugField()
    small_integer = models.SmallIntegerField()
    text = models.TextField()
    time = models.TimeField()
    time_null = models.TimeField(null=True)
    url = models.URLField()
    uuid = models.UUIDField()
    uuid_null = models.UUIDField(null=True)
    document = models.ForeignKey(Document, models.CASCADE)
    document_null = models.ForeignKey(Document, models.SET_NULL, null=True,
                                      related_name="+")
    by_name = models.ForeignKey(Tag, models.CASCADE, to_field="name",
                                related_name="+")
    tags = models.ManyToManyField(Tag)

    class Meta:
        unique_together = [("char", "integer")]
        indexes = [models.Index(fields=["-date", "slug"], name="by_date"),
                   models.Index(fields=["text"], name="named",
                                condition=models.Q(integer__gt=5))]
        constraints = [
            models.CheckConstraint(check=models.Q(small_integer__lt=1000),
                                   name="small_is_small"),
        ]


class Detail(models.Model):
    """Its key is a foreign key."""
    kind = models.OneToOneField(Kind, models.CASCADE, primary_key=True)
    note = models.TextField(blank=True)

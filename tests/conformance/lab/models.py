"""Models of every kind of column that the framework's own wire can carry."""

import datetime
import uuid

from django.core import validators
from django.db import models
from django.utils import timezone


class Text(models.Model):
    char = models.CharField(max_length=30)
    char_blank = models.CharField(max_length=30, blank=True)
    char_null = models.CharField(max_length=30, null=True, blank=True)
    char_unique = models.CharField(max_length=20, unique=True)
    text = models.TextField()
    text_blank = models.TextField(blank=True)
    text_null = models.TextField(null=True, blank=True)
    email = models.EmailField()
    email_blank = models.EmailField(blank=True)
    url = models.URLField(blank=True)
    slug = models.SlugField(blank=True)
    min3 = models.CharField(max_length=10, blank=True,
                            validators=[validators.MinLengthValidator(3)])
    hex4 = models.CharField(
        max_length=10, blank=True,
        validators=[validators.RegexValidator("^[0-9a-f]{4}$")])
    size = models.CharField(max_length=2, default="S",
                            choices=[("S", "Small"), ("L", "Large")])


class Number(models.Model):
    integer = models.IntegerField()
    integer_null = models.IntegerField(null=True, blank=True)
    big = models.BigIntegerField(default=0)
    small = models.SmallIntegerField(default=0)
    positive = models.PositiveIntegerField(default=0)
    positive_small = models.PositiveSmallIntegerField(default=0)
    positive_big = models.PositiveBigIntegerField(default=0)
    ratio = models.FloatField(default=0)
    ratio_null = models.FloatField(null=True, blank=True)
    price = models.DecimalField(max_digits=8, decimal_places=2, default="0.00")
    price_null = models.DecimalField(max_digits=8, decimal_places=2, null=True,
                                     blank=True)
    flag = models.BooleanField(default=False)
    flag_null = models.BooleanField(null=True, blank=True)
    level = models.IntegerField(choices=[(1, "low"), (2, "high")], default=1)
    bounded = models.IntegerField(default=0,
                                  validators=[validators.MinValueValidator(-5),
                                              validators.MaxValueValidator(5)])
    number_unique = models.IntegerField(unique=True)


class When(models.Model):
    name = models.CharField(max_length=20, blank=True)
    date = models.DateField(default=datetime.date(2001, 2, 3))
    time = models.TimeField(default=datetime.time(4, 5, 6))
    at = models.DateTimeField(default=timezone.now)
    length = models.DurationField(default=datetime.timedelta(days=1))
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)


class Author(models.Model):
    code = models.CharField(primary_key=True, max_length=8)
    name = models.CharField(max_length=40)
    born = models.IntegerField(default=1900)

    class Meta:
        unique_together = [("name", "born")]
        ordering = ["name"]


class Tag(models.Model):
    name = models.SlugField(unique=True)


class BigKey(models.Model):
    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=10)


class IntKey(models.Model):
    number = models.IntegerField(primary_key=True)
    name = models.CharField(max_length=10)


class Named(models.Model):
    class_name = models.CharField(max_length=10, db_column="Class")
    order = models.IntegerField(db_column="order", default=0)

    class Meta:
        db_table = "Old Names"


class Kind(models.Model):
    """What is a string on the wire, and none in Python."""
    address = models.GenericIPAddressField(default="127.0.0.1")
    address4 = models.GenericIPAddressField(protocol="IPv4", null=True,
                                            blank=True)
    address6 = models.GenericIPAddressField(protocol="IPv6", null=True,
                                            blank=True)
    uuid = models.UUIDField(default=uuid.UUID(int=1))
    date_null = models.DateField(null=True, blank=True)
    time_null = models.TimeField(null=True, blank=True)
    at_null = models.DateTimeField(null=True, blank=True)
    length_null = models.DurationField(null=True, blank=True)
    size = models.CharField(max_length=4, blank=True,
                            choices=[("S", "Small"), ("10", "Ten")])
    level = models.IntegerField(choices=[(1, "low"), (2, "high")], null=True,
                                blank=True)

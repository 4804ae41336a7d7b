"""Addresses of the go-live cockpit: certificates."""

from django.urls import path

from tieback.web.golive import certificates

urlpatterns = [
    path("certificates/", certificates.index, name="certificates"),
    path("certificates/issue/", certificates.issued, name="certificate-issue"),
    path("certificates/<int:certificate_id>/", certificates.certificate, name="certificate"),
    path("certificates/<int:certificate_id>/json/", certificates.as_json, name="certificate-json"),
    path("certificates/<int:certificate_id>/pdf/", certificates.as_pdf, name="certificate-pdf"),
]

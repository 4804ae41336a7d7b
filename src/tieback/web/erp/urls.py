"""Addresses of the ERP Integrations tool: jobs and their links, what watches them, and settings."""

from tieback.web.erp import jobs_urls, settings_urls, watch_urls

app_name = "erp"
urlpatterns = [*jobs_urls.urlpatterns, *watch_urls.urlpatterns, *settings_urls.urlpatterns]

"""The peers that more than one benchmark measures beside Podium."""

import os
import shutil


def envoy_program():
    cached = os.path.join(os.environ.get("PODIUM_CACHE", os.path.expanduser("~/.cache/podium")), "bin/envoy")
    return shutil.which("envoy") or (cached if os.path.exists(cached) else None)


def envoy_configuration(port, backends, extra_cluster=None):
    endpoints = [{"endpoint": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": backend}}}} for backend in backends]
    many = {"priority": "DEFAULT", "max_connections": 100000, "max_pending_requests": 100000, "max_requests": 100000, "max_retries": 100}
    return {
        "static_resources": {
            "listeners": [{
                "address": {"socket_address": {"address": "127.0.0.1", "port_value": port}},
                "filter_chains": [{"filters": [{
                    "name": "envoy.filters.network.http_connection_manager",
                    "typed_config": {
                        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                        "stat_prefix": "f", "use_remote_address": True, "generate_request_id": True,
                        "route_config": {"virtual_hosts": [{"name": "v", "domains": ["*"], "routes": [
                            {"match": {"prefix": "/"}, "route": {"cluster": "b", "timeout": "0s"}}]}]},
                        "http_filters": [{"name": "envoy.filters.http.router", "typed_config": {
                            "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}],
            "clusters": [{
                "name": "b", "connect_timeout": "5s", "type": "STATIC", "lb_policy": "LEAST_REQUEST",
                "circuit_breakers": {"thresholds": [many]},
                "load_assignment": {"cluster_name": "b", "endpoints": [{"lb_endpoints": endpoints}]}, **(extra_cluster or {})}]}}

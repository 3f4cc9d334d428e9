# docker buildx bake -f platform/images/docker-bake.hcl       run from the root of the repository
# Every image of the platform, and what it is built from. `./nox -s images` calls this.

# An extra CA bundle for a network that inspects TLS; /dev/null is "none".
variable "CA_BUNDLE" { default = "/dev/null" }

group "default" {
  targets = ["python", "python-build", "node-build", "nginx", "postgres", "redis", "prometheus", "alertmanager", "postgres-exporter", "redis-exporter", "nginx-exporter", "promtool", "load", "browser"]
}

# The machines of the Swarm lab, and where they get their images from.
group "lab" {
  targets = ["swarm-node", "registry", "web"]
}

target "common" {
  context  = "."
  contexts = { "course/tools:1" = "target:tools" }
  labels   = { "course.platform" = "1" }
}

target "tools" {
  context    = "."
  dockerfile = "platform/images/tools/Dockerfile"
  tags       = ["course/tools:1"]
}

target "python" {
  inherits   = ["common"]
  dockerfile = "platform/images/python/Dockerfile"
  tags       = ["course/python:1"]
}

target "python-build" {
  inherits   = ["common"]
  dockerfile = "platform/images/python-build/Dockerfile"
  secret     = ["id=ca_bundle,src=${CA_BUNDLE}"]
  tags       = ["course/python-build:1"]
}

target "node-build" {
  inherits   = ["common"]
  contexts   = { "course/python-build:1" = "target:python-build" }
  dockerfile = "platform/images/node-build/Dockerfile"
  secret     = ["id=ca_bundle,src=${CA_BUNDLE}"]
  tags       = ["course/node-build:1"]
}

target "nginx" {
  inherits   = ["common"]
  dockerfile = "platform/images/nginx/Dockerfile"
  tags       = ["course/nginx:1"]
}

target "postgres" {
  inherits   = ["common"]
  dockerfile = "platform/images/postgres/Dockerfile"
  tags       = ["course/postgres:17"]
}

target "redis" {
  inherits   = ["common"]
  dockerfile = "platform/images/redis/Dockerfile"
  tags       = ["course/redis:8"]
}

target "load" {
  inherits   = ["common"]
  dockerfile = "platform/images/load/Dockerfile"
  tags       = ["course/load:1"]
}

target "browser" {
  context    = "."
  dockerfile = "platform/images/browser/Dockerfile"
  tags       = ["course/browser:1"]
  labels     = { "course.platform" = "1" }
}

target "swarm-node" {
  context    = "."
  dockerfile = "platform/images/swarm-node/Dockerfile"
  tags       = ["course/swarm-node:1"]
  labels     = { "course.platform" = "1" }
}

target "registry" {
  inherits   = ["common"]
  dockerfile = "platform/images/registry/Dockerfile"
  tags       = ["course/registry:1"]
}

target "web" {
  inherits   = ["common"]
  contexts   = { "course/nginx:1" = "target:nginx" }
  dockerfile = "platform/images/web/Dockerfile"
  tags       = ["course/web:1"]
}

target "prometheus-family" {
  inherits   = ["common"]
  name       = service
  matrix     = { service = ["prometheus", "alertmanager", "postgres-exporter", "redis-exporter", "nginx-exporter", "promtool"] }
  dockerfile = "platform/images/prometheus/Dockerfile"
  target     = service
  tags       = ["course/${service}:1"]
}

# All images for both platforms, with their attestations: npx pnpm@12 images:stage && docker buildx bake

variable "REGISTRY" { default = "ghcr.io/billow" }
variable "VERSION" { default = "0.0.0" }
variable "REVISION" { default = "" }

group "default" {
  targets = ["image"]
}

target "image" {
  name = app.name
  matrix = {
    app = [
      { name = "billow", description = "Billow: every connector, as a pipeline file connects them" },
      { name = "sink-cloudzero", description = "Billow: a sink that brings charges to CloudZero" },
      { name = "sink-display", description = "Billow: a sink that prints the CloudEvents it receives" },
      { name = "source-alicloud-billing", description = "Billow: Alibaba Cloud bills as CloudEvents" },
      { name = "source-aws-billing", description = "Billow: AWS bills as CloudEvents" },
    ]
  }
  args = {
    APP         = app.name
    VERSION     = VERSION
    REVISION    = REVISION
    DESCRIPTION = app.description
  }
  tags      = ["${REGISTRY}/${app.name}:${VERSION}", "${REGISTRY}/${app.name}:latest"]
  platforms = ["linux/amd64", "linux/arm64"]
  attest    = ["type=sbom", "type=provenance,mode=max"]
}

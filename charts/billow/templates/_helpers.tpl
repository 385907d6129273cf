{{- define "billow.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "billow.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "billow.name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "billow.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "billow.selector" -}}
app.kubernetes.io/name: {{ include "billow.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "billow.labels" -}}
{{ include "billow.selector" . }}
app.kubernetes.io/component: {{ include "billow.program" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* The name and the place of every resource. */}}
{{- define "billow.metadata" -}}
name: {{ include "billow.fullname" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "billow.labels" . | nindent 2 }}
{{- end }}

{{/* The program in the image. */}}
{{- define "billow.program" -}}
{{- if .Values.pipeline }}billow{{ else }}{{ .Values.connector }}{{ end }}
{{- end }}

{{- define "billow.image" -}}
{{- $repository := .Values.image.repository | default (printf "ghcr.io/billow/%s" (include "billow.program" .)) }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" $repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" $repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}
{{- end }}

{{/* Not empty where bills are read: there is a ledger then, which has one process. */}}
{{- define "billow.hasLedger" -}}
{{- if .Values.pipeline }}
{{- range .Values.pipeline.connectors }}{{ if .source }}yes{{ end }}{{ end }}
{{- else if hasPrefix "source-" .Values.connector }}yes
{{- end }}
{{- end }}

{{/* Not empty where a receiver's sink is the only writer of something, and so is open in one pod at a time. */}}
{{- define "billow.worksAlone" -}}
{{- if .Values.pipeline }}
{{- range .Values.pipeline.connectors }}
{{- if and (not .source) (eq (toString .sink) "@billow/sink-cloudzero") }}yes{{ end }}
{{- end }}
{{- else if eq .Values.connector "sink-cloudzero" }}yes
{{- end }}
{{- end }}

{{/* Not empty where a state is to be kept: a ledger, or what such a sink has taken. */}}
{{- define "billow.keepsState" -}}
{{- include "billow.hasLedger" . }}{{ include "billow.worksAlone" . }}
{{- end }}

{{/* Where the state is: file, memory or postgres. */}}
{{- define "billow.store" -}}
{{- $config := .Values.pipeline | default .Values.config }}
{{- dig "store_config" "type" "file" $config }}
{{- end }}

{{/* Not empty where the state is on a volume. */}}
{{- define "billow.persistent" -}}
{{- if eq (include "billow.store" .) "file" }}
{{- if kindIs "bool" .Values.persistence.enabled }}
{{- if .Values.persistence.enabled }}yes{{ end }}
{{- else }}
{{- include "billow.keepsState" . }}
{{- end }}
{{- end }}
{{- end }}

{{/* The ports that events are posted to, by the names of the ports. */}}
{{- define "billow.receivers" -}}
{{- $ports := dict }}
{{- if .Values.pipeline }}
{{- range .Values.pipeline.connectors }}
{{- if not .source }}
{{- $port := .receiver | default 8080 }}
{{- if kindIs "map" $port }}{{ $port = $port.port | default 8080 }}{{ end }}
{{- $_ := set $ports (printf "http-%d" (int $port)) (int $port) }}
{{- end }}
{{- end }}
{{- else if hasPrefix "sink-" .Values.connector }}
{{- $_ := set $ports "http" (int (.Values.config.port | default 8080)) }}
{{- end }}
{{- toYaml $ports }}
{{- end }}

{{/* All ports: those of events, and the one of /healthz where it is another. */}}
{{- define "billow.ports" -}}
{{- $ports := include "billow.receivers" . | fromYaml }}
{{- if eq (include "billow.watched" .) "admin" }}{{ $_ := set $ports "admin" (int .Values.adminPort) }}{{ end }}
{{- toYaml $ports }}
{{- end }}

{{/* The name of the port whose /readyz says whether the Service may send there. */}}
{{- define "billow.readied" -}}
{{- if and (not .Values.pipeline) (hasPrefix "sink-" .Values.connector) }}http{{ else }}admin{{ end }}
{{- end }}

{{/* The name of the port that answers /healthz and /metrics: one that is open while the pod stands by, too. */}}
{{- define "billow.watched" -}}
{{- if include "billow.worksAlone" . }}admin{{ else }}{{ include "billow.readied" . }}{{ end }}
{{- end }}

{{/* How a port is spoken to, by its name: a sink with a certificate speaks HTTPS only where it receives. */}}
{{- define "billow.scheme" -}}
{{- if and (eq .port "http") .of.Values.config.tls }}HTTPS{{ else }}HTTP{{ end }}
{{- end }}

{{- define "billow.secret" -}}
{{- if .Values.existingSecret }}{{ .Values.existingSecret }}{{ else if .Values.secrets }}{{ include "billow.fullname" . }}{{ end }}
{{- end }}

{{- define "billow.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ .Values.serviceAccount.name | default (include "billow.fullname" .) }}{{ else }}{{ .Values.serviceAccount.name }}{{ end }}
{{- end }}

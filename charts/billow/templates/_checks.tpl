{{/* Values that do not go together are refused here, in words; the schema has refused what is wrong by itself. */}}
{{- define "billow.checks" -}}
{{- $store := include "billow.store" . }}
{{- if and (not .Values.connector) (not .Values.pipeline) }}
{{- fail "connector: there is none; name one, such as source-aws-billing, or give a pipeline" }}
{{- end }}
{{- if and .Values.pipeline (or .Values.connector .Values.config) }}
{{- fail "pipeline: it takes the place of connector and config; leave those out" }}
{{- end }}
{{- if and .Values.secrets .Values.existingSecret }}
{{- fail "existingSecret: it takes the place of secrets; leave one of them out" }}
{{- end }}
{{- if and (hasPrefix "source-" .Values.connector) (not .Values.config.target) (not .Values.extraEnv) (not .Values.extraEnvFrom) }}
{{- fail "config.target: there is none; give the URL that events are posted to" }}
{{- end }}
{{- range $name, $port := include "billow.receivers" . | fromYaml }}
{{- if lt (int $port) 1 }}
{{- fail "config.port, receiver: the Service must know the port; give a number from 1 to 65535" }}
{{- end }}
{{- if and (eq (include "billow.watched" $) "admin") (eq (int $port) (int $.Values.adminPort)) }}
{{- fail (printf "adminPort: %d is the port of a receiver too; give another one" (int $port)) }}
{{- end }}
{{- end }}
{{- if and .Values.persistence.enabled (ne $store "file") }}
{{- fail (printf "persistence.enabled: with store_config.type %s nothing is written to a volume; leave it out" $store) }}
{{- end }}
{{- if and (gt (int .Values.replicas) 1) (include "billow.hasLedger" .) (ne $store "postgres") }}
{{- fail "replicas: a ledger in a file has one process; set store_config.type to postgres, or replicas to 1" }}
{{- end }}
{{- if and (gt (int .Values.replicas) 1) (include "billow.worksAlone" .) }}
{{- if ne $store "postgres" }}
{{- fail "replicas: sink-cloudzero is the only writer of its streams; set store_config.type to postgres, or replicas to 1" }}
{{- else if .Values.pipeline }}
{{- fail "replicas: the receiver of sink-cloudzero is open in one pod, and the Service cannot know in which; give it a release of its own, or set replicas to 1" }}
{{- end }}
{{- end }}
{{- if and (gt (int .Values.replicas) 1) (include "billow.persistent" .) }}
{{- fail "replicas: a volume has one pod; leave persistence.enabled out, or set replicas to 1" }}
{{- end }}
{{- end }}

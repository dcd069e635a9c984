{{- define "podium.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 53 | trimSuffix "-" }}
{{- end }}

{{- define "podium.fullname" -}}
{{- $name := include "podium.name" . -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 53 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 53 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 53 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "podium.selectorLabels" -}}
app.kubernetes.io/name: {{ include "podium.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "podium.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "podium.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- /* Of everything that belongs to a data plane of its own: names of Services have 63 characters at the most. */ -}}
{{- define "podium.dataPlane.name" -}}
{{- printf "%s-data-plane" (include "podium.fullname" . | trunc 45 | trimSuffix "-") }}
{{- end }}

{{- /* Other labels than the operator's pods have: both may run in one namespace. */ -}}
{{- define "podium.dataPlane.selectorLabels" -}}
app.kubernetes.io/name: {{ printf "%s-data-plane" (include "podium.name" . | trunc 52 | trimSuffix "-") }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "podium.dataPlane.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "podium.dataPlane.selectorLabels" . }}
app.kubernetes.io/component: data-plane
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "podium.dataPlane.isDeployment" -}}
{{- if eq .Values.dataPlane.mode "deployment" }}yes{{ end }}
{{- end }}

{{- /* How callers reach the data plane. */ -}}
{{- define "podium.gatewayURL" -}}
{{- $scheme := ternary "https" "http" (ne .Values.dataPlane.tls.secretName "") -}}
{{- if include "podium.dataPlane.isDeployment" . -}}
{{ $scheme }}://{{ include "podium.dataPlane.name" . }}.{{ .Values.dataPlane.namespace }}.svc:{{ .Values.dataPlane.deployment.service.port }}
{{- else -}}
{{ $scheme }}://{{ include "podium.fullname" . }}.{{ .Release.Namespace }}.svc:8080
{{- end }}
{{- end }}

{{- /* The labels of the pods behind it, as an argument. */ -}}
{{- define "podium.gatewaySelector" -}}
{{- $labels := ternary (include "podium.dataPlane.selectorLabels" .) (include "podium.selectorLabels" .) (ne (include "podium.dataPlane.isDeployment" .) "") | fromYaml -}}
{{- range $key, $value := $labels }}{{ $key }}={{ $value }},{{ end -}}
{{- end }}

{{- define "podium.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "podium.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.create is false: name an existing one in serviceAccount.name" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "podium.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- /*
Takes the rules in CEL out of a schema, in place: API servers before 1.25 do not know them, and helm refuses to send what the
server's OpenAPI document does not list. The operator reports what such a rule would have refused as a condition.
*/ -}}
{{- define "podium.withoutRules" -}}
{{- if kindIs "map" . -}}
{{- $_ := unset . "x-kubernetes-validations" -}}
{{- range $_, $value := . -}}{{- include "podium.withoutRules" $value -}}{{- end -}}
{{- else if kindIs "slice" . -}}
{{- range . -}}{{- include "podium.withoutRules" . -}}{{- end -}}
{{- end -}}
{{- end }}

{{- /*
Softly over nodes and zones, for pods with the labels given. Takes a dict of `labels` (text) and `constraints` (values).
*/ -}}
{{- define "podium.spread" -}}
{{- if .constraints }}
{{- toYaml .constraints }}
{{- else }}
{{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- $.labels | nindent 6 }}
{{- end }}
{{- end }}
{{- end }}

{{- /* What values.schema.json cannot say: values that exclude each other. */ -}}
{{- define "podium.checks" -}}
{{- $tls := .Values.dataPlane.tls -}}
{{- if and (ne $tls.clientAuth "none") (not $tls.secretName) }}
{{- fail (printf "dataPlane.tls.clientAuth %s asks clients for certificates, and without dataPlane.tls.secretName the data plane speaks no TLS; name a Secret with tls.crt, tls.key and ca.crt" $tls.clientAuth) }}
{{- end }}
{{- $deployment := .Values.dataPlane.deployment -}}
{{- if include "podium.dataPlane.isDeployment" . }}
{{- if eq (int .Values.ports.gateway) (int $deployment.adminPort) }}
{{- fail (printf "ports.gateway and dataPlane.deployment.adminPort are both %d; a proxy listens on both" (int $deployment.adminPort)) }}
{{- end }}
{{- if le (int $deployment.drain.terminationGracePeriodSeconds) (int $deployment.drain.lameDuckSeconds) }}
{{- fail "dataPlane.deployment.drain: terminationGracePeriodSeconds must be more than lameDuckSeconds, or requests under way are cut off" }}
{{- end }}
{{- else if eq (int .Values.ports.gateway) (int .Values.ports.health) }}
{{- fail (printf "ports.gateway and ports.health are both %d; the operator listens on both" (int .Values.ports.health)) }}
{{- end }}
{{- end }}

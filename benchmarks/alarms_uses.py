"""The truths of the second study of false alarms (`alarms.py`): what a team declares of how its classes are used.

Lifetimes, factories, arguments that are required, events, interfaces of an older kind, bridges with a date. Each is a
rule that the project could have given itself, or has in its documentation; where its code does not follow, the finding
is true.
"""

HOME_ASSISTANT = """
[[truth]]
name = "coordinator"
canonical = "homeassistant.helpers.update_coordinator:DataUpdateCoordinator"
lifetime = "request"
required-arguments = ["update_interval"]

[[truth]]
name = "template"
canonical = "homeassistant.helpers.template:Template"
lifetime = "request"
required-arguments = ["hass"]

[[truth]]
name = "context"
canonical = "homeassistant.core:Context"
lifetime = "request"

[[truth]]
name = "state"
canonical = "homeassistant.core:State"
factories = ["homeassistant.core:StateMachine"]
lifetime = "request"

[[truth]]
name = "event"
canonical = "homeassistant.core:Event"
factories = ["homeassistant.core:EventBus"]
required-arguments = ["context"]

[[truth]]
name = "service-call"
canonical = "homeassistant.core:ServiceCall"
factories = ["homeassistant.core:ServiceRegistry"]
required-arguments = ["context"]

[[truth]]
name = "entity-platform"
canonical = "homeassistant.helpers.entity_platform:EntityPlatform"
factories = ["homeassistant.helpers.entity_component:EntityComponent"]

[[truth]]
name = "flow-result"
canonical = "homeassistant.data_entry_flow:FlowManager"
[truth.duplicates]
implements = ["homeassistant.data_entry_flow:FlowManager"]

[[truth]]
name = "config-entries"
canonical = "homeassistant.config_entries:ConfigEntries"
events = ["added", "removed", "updated"]
factories = ["homeassistant.bootstrap:async_from_config_dict"]

[[truth]]
name = "store"
canonical = "homeassistant.helpers.storage:Store"
lifetime = "request"
[truth.duplicates]
implements = ["homeassistant.helpers.storage:Store"]   # migrations need no class of their own

[[truth]]
name = "tts"
canonical = "homeassistant.components.tts:TextToSpeechEntity"
[truth.duplicates]
implements = ["homeassistant.components.tts:Provider"]   # the legacy kind of provider

[[truth]]
name = "device-tracker"
canonical = "homeassistant.components.device_tracker.config_entry:ScannerEntity"
facades = ["homeassistant.components.device_tracker"]
[truth.duplicates]
implements = ["homeassistant.components.device_tracker:DeviceScanner"]   # the legacy kind of scanner

[[truth]]
name = "registry"
canonical = "homeassistant.helpers.entity_registry:EntityRegistry"
lifetime = "request"
events = ["create", "update", "remove"]
factories = ["homeassistant.helpers.entity_registry:async_load"]
[truth.duplicates]
names = ["AreaRegistry", "DeviceRegistry", "FloorRegistry", "LabelRegistry"]
allow = [
    "homeassistant.helpers.area_registry:AreaRegistry",
    "homeassistant.helpers.device_registry:DeviceRegistry",
    "homeassistant.helpers.floor_registry:FloorRegistry",
    "homeassistant.helpers.label_registry:LabelRegistry",
]

[[truth]]
name = "pipeline-run"
canonical = "homeassistant.components.assist_pipeline.pipeline:PipelineRun"
events = [
    "run-start", "run-end", "wake_word-start", "wake_word-end", "stt-start", "stt-end",
    "intent-start", "intent-end", "tts-start", "tts-end",
]
[truth.duplicates]
names = ["VoiceAssistantUDPServer", "PipelineRtpDatagramProtocol", "PipelineInput"]
allow = [
    "homeassistant.components.esphome.voice_assistant:VoiceAssistantUDPServer",
    "homeassistant.components.voip.voip:PipelineRtpDatagramProtocol",
]

[[truth]]
name = "timer"
canonical = "homeassistant.components.timer:Timer"
events = ["timer.started", "timer.restarted", "timer.paused", "timer.cancelled", "timer.finished"]

[[truth]]
name = "home-assistant"
canonical = "homeassistant.core:HomeAssistant"
events = [
    "homeassistant_start", "homeassistant_started", "homeassistant_stop",
    "homeassistant_final_write", "homeassistant_close",
]

[[truth]]
name = "track-state-change"
canonical = "homeassistant.helpers.event:async_track_state_change_event"
[[truth.bridge]]
target = "homeassistant.helpers.event:async_track_state_change"
until = 2024-05-01

[[truth]]
name = "event-type"
canonical = "homeassistant.core:EventBus"
[[truth.bridge]]
target = "homeassistant.helpers.typing:HomeAssistantType"
until = 2024-05-01
[[truth.bridge]]
target = "homeassistant.helpers.config_validation:deprecated"
until = 2099-01-01

[[truth]]
name = "environment"
canonical = "homeassistant.util.package:is_docker_env"
retired = ["os:environ", "os:getenv"]
allow-in = ["homeassistant.util.package", "homeassistant.util.yaml.loader"]
"""

AIRFLOW = """
[[truth]]
name = "base-operator"
canonical = "airflow.models.baseoperator:BaseOperator"
facades = ["airflow.models"]
required-arguments = ["task_id"]

[[truth]]
name = "dag"
canonical = "airflow.models.dag:DAG"
facades = ["airflow", "airflow.models", "airflow.models.dag"]
required-arguments = ["start_date"]

[[truth]]
name = "dag-bag"
canonical = "airflow.models.dagbag:DagBag"
facades = ["airflow.models"]
lifetime = "request"
required-arguments = ["read_dags_from_db"]
factories = [
    "airflow.utils.cli:get_dag", "airflow.utils.cli:get_dags", "airflow.www.extensions.init_dagbag:init_dagbag",
]

[[truth]]
name = "task-instance"
canonical = "airflow.models.taskinstance:TaskInstance"
facades = ["airflow.models"]
required-arguments = ["run_id"]
factories = ["airflow.models.dagrun:DagRun"]

[[truth]]
name = "dag-run"
canonical = "airflow.models.dagrun:DagRun"
facades = ["airflow.models"]
factories = ["airflow.models.dag:DAG"]

[[truth]]
name = "executor"
canonical = "airflow.executors.local_executor:LocalExecutor"
events = ["success", "failed"]
[truth.duplicates]
implements = ["airflow.executors.base_executor:BaseExecutor"]

[[truth]]
name = "secrets"
canonical = "airflow.secrets.metastore:MetastoreBackend"
[truth.duplicates]
implements = ["airflow.secrets.base_secrets:BaseSecretsBackend"]

[[truth]]
name = "sensor"
canonical = "airflow.sensors.base:BaseSensorOperator"
retired = ["airflow.sensors.base_sensor_operator"]
required-arguments = ["timeout"]

[[truth]]
name = "dbapi"
canonical = "airflow.hooks.dbapi:DbApiHook"
lifetime = "request"
[truth.duplicates]
implements = ["airflow.hooks.dbapi:DbApiHook"]

[[truth]]
name = "aws-hook"
canonical = "airflow.providers.amazon.aws.hooks.base_aws:AwsBaseHook"
lifetime = "request"
required-arguments = ["aws_conn_id"]

[[truth]]
name = "bigquery-hook"
canonical = "airflow.providers.google.cloud.hooks.bigquery:BigQueryHook"
lifetime = "request"
required-arguments = ["location"]
[[truth.inline]]
call = "__init__(bigquery_conn_id, delegate_to=None)"
with = "BigQueryHook(gcp_conn_id=bigquery_conn_id, delegate_to=delegate_to)"

[[truth]]
name = "gcs-hook"
canonical = "airflow.providers.google.cloud.hooks.gcs:GCSHook"
[[truth.inline]]
call = "__init__(google_cloud_storage_conn_id, delegate_to=None)"
with = "GCSHook(gcp_conn_id=google_cloud_storage_conn_id, delegate_to=delegate_to)"

[[truth]]
name = "base-hook"
canonical = "airflow.hooks.base:BaseHook"
retired = ["airflow.hooks.base_hook"]
[[truth.bridge]]
target = "airflow.hooks.base_hook"
until = 2022-01-01
issue = "#10800"

[[truth]]
name = "python-operator"
canonical = "airflow.operators.python:PythonOperator"
retired = ["airflow.operators.python_operator"]
required-arguments = ["op_kwargs"]
[[truth.bridge]]
target = "airflow.operators.python_operator"
until = 2022-01-01
[[truth.inline]]
call = "__init__(task_id, python_callable, provide_context)"
with = "PythonOperator(task_id=task_id, python_callable=python_callable)"

[[truth]]
name = "bash-operator"
canonical = "airflow.operators.bash:BashOperator"
retired = ["airflow.operators.bash_operator"]
required-arguments = ["env"]

[[truth]]
name = "file-task-handler"
canonical = "airflow.utils.log.file_task_handler:FileTaskHandler"
[truth.duplicates]
implements = ["airflow.utils.log.file_task_handler:FileTaskHandler"]

[[truth]]
name = "task-state"
canonical = "airflow.utils.state:TaskInstanceState"
"""

ANSIBLE = """
[[truth]]
name = "ansible-module"
canonical = "ansible.module_utils.basic:AnsibleModule"
lifetime = "request"   # made by `main`, and handed on
required-arguments = ["supports_check_mode"]

[[truth]]
name = "templar"
canonical = "ansible.template:Templar"
lifetime = "request"
required-arguments = ["variables"]
factories = ["ansible.plugins.action:ActionBase", "ansible.plugins.loader:Jinja2Loader.get"]
[[truth.inline]]
call = "__init__(loader, shared_loader_obj=None, variables=None)"
with = "Templar(loader, variables)"

[[truth]]
name = "data-loader"
canonical = "ansible.parsing.dataloader:DataLoader"
lifetime = "request"
factories = ["ansible.cli:CLI"]

[[truth]]
name = "inventory"
canonical = "ansible.inventory.manager:InventoryManager"
required-arguments = ["sources"]
lifetime = "request"

[[truth]]
name = "play-context"
canonical = "ansible.playbook.play_context:PlayContext"
required-arguments = ["play"]

[[truth]]
name = "vault"
canonical = "ansible.parsing.vault:VaultLib"
required-arguments = ["secrets"]
factories = ["ansible.cli:CLI"]

[[truth]]
name = "ansible-error"
canonical = "ansible.errors:AnsibleError"
required-arguments = ["message"]

[[truth]]
name = "module-connection"
canonical = "ansible.module_utils.connection:Connection"
lifetime = "request"
factories = [
    "ansible_collections.ansible.netcommon.plugins.module_utils.network.common.network:get_resource_connection",
]

[[truth]]
name = "request"
canonical = "ansible.module_utils.urls:Request"
required-arguments = ["timeout"]
lifetime = "request"

[[truth]]
name = "playbook-executor"
canonical = "ansible.executor.playbook_executor:PlaybookExecutor"
events = [
    "v2_playbook_on_start", "v2_playbook_on_play_start", "v2_playbook_on_vars_prompt",
    "v2_playbook_on_no_hosts_matched", "v2_playbook_on_stats",
]

[[truth]]
name = "task"
canonical = "ansible.playbook.task:Task"
factories = ["ansible.playbook.task:Task.load"]

[[truth]]
name = "host"
canonical = "ansible.inventory.host:Host"
factories = ["ansible.inventory.data:InventoryData"]

[[truth]]
name = "collections-loader"
canonical = "ansible.utils.collection_loader._collection_finder:_AnsibleCollectionFinder"

[[truth]]
name = "json-encoder"
canonical = "ansible.module_utils.common.json:AnsibleJSONEncoder"
facades = ["ansible.module_utils.basic"]
[[truth.bridge]]
target = "ansible.module_utils.basic:get_platform"
until = 2023-01-01
[[truth.bridge]]
target = "ansible.module_utils.basic:get_all_subclasses"
until = 2023-01-01

[[truth]]
name = "netconf"
canonical = "ansible_collections.ansible.netcommon.plugins.plugin_utils.netconf_base:NetconfBase"
[truth.duplicates]
implements = ["ansible.plugins.netconf:NetconfBase"]
"""

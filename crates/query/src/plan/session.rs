use std::{num::NonZeroUsize, sync::Arc};

use chrono::{DateTime, Utc};
use datafusion::{
    error::Result,
    execution::{
        SessionStateDefaults,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::{GreedyMemoryPool, TrackConsumersPool},
        runtime_env::RuntimeEnvBuilder,
        session_state::{SessionState, SessionStateBuilder},
    },
    logical_expr::execution_props::ExecutionProps,
    optimizer::analyzer::{
        Analyzer, resolve_grouping_function::ResolveGroupingFunction, type_coercion::TypeCoercion,
    },
    physical_optimizer::optimizer::PhysicalOptimizer,
    prelude::SessionConfig,
};

use super::{json_type::JsonType, open_list::OpenList, sealed::SealLambdas};
use crate::{Limits, function::scalar_functions};

/// How many consumers of memory an error of the pool names; we replace its text.
const NAMED_CONSUMERS: NonZeroUsize = NonZeroUsize::MIN;

/// What every query's session is made from.
pub(crate) fn base_session(threads: usize) -> SessionState {
    let mut config = SessionConfig::new()
        .with_target_partitions(threads)
        .with_batch_size(8_192)
        .with_information_schema(false)
        .with_create_default_catalog_and_schema(false)
        .with_collect_statistics(false);
    let options = config.options_mut();
    options.execution.time_zone = Some("+00:00".to_owned());
    options.optimizer.prefer_hash_join = true;
    options.sql_parser.enable_ident_normalization = false;
    options.sql_parser.map_string_types_to_utf8view = false;
    options.sql_parser.collect_spans = true;
    let rules = Analyzer::with_rules(vec![
        Arc::new(JsonType),
        Arc::new(ResolveGroupingFunction::new()),
        Arc::new(TypeCoercion::new()),
    ]);
    let mut physical = PhysicalOptimizer::new().rules;
    physical.insert(0, Arc::new(SealLambdas));
    SessionStateBuilder::new()
        .with_config(config)
        .with_physical_optimizer_rules(physical)
        .with_expr_planners(SessionStateDefaults::default_expr_planners())
        .with_relation_planners(vec![Arc::new(OpenList)])
        .with_scalar_functions(scalar_functions())
        .with_higher_order_functions(SessionStateDefaults::default_higher_order_functions())
        .with_aggregate_functions(SessionStateDefaults::default_aggregate_functions())
        .with_window_functions(SessionStateDefaults::default_window_functions())
        .with_analyzer_rules(rules.rules)
        .build()
}

/// The session of one query.
pub(crate) fn session_for(
    base: &SessionState,
    limits: Limits,
    now: DateTime<Utc>,
) -> Result<SessionState> {
    let pool = TrackConsumersPool::new(GreedyMemoryPool::new(limits.memory_bytes), NAMED_CONSUMERS);
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(pool))
        .with_disk_manager_builder(disk)
        .build_arc()?;
    let properties = ExecutionProps::new().with_query_execution_start_time(now);
    Ok(SessionStateBuilder::new_from_existing(base.clone())
        .with_runtime_env(runtime)
        .with_execution_props(properties)
        .build())
}

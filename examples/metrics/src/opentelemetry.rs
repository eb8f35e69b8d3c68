//! What goes to OpenTelemetry, by a recorder of the facade.

use metrics::{KeyName, SetRecorderError};
use metrics_exporter_otel::OpenTelemetryRecorder;
use opentelemetry::metrics::Meter;
use retry_runtime::metrics::{DELAY, DELAY_BUCKETS};

/// The recorder: what is counted goes to the readers of this meter's provider.
#[must_use]
pub fn recorder(meter: Meter) -> OpenTelemetryRecorder {
    let recorder = OpenTelemetryRecorder::new(meter);
    recorder.set_histogram_bounds(&KeyName::from_const_str(DELAY), DELAY_BUCKETS.to_vec());
    recorder
}

/// Installs it for the whole process. The provider has to be kept, and shut down at the
/// end, so that what was counted last is sent.
///
/// # Errors
///
/// When another recorder is installed already.
pub fn install(meter: Meter) -> Result<(), SetRecorderError<OpenTelemetryRecorder>> {
    metrics::set_global_recorder(recorder(meter))?;
    retry_runtime::metrics::describe();
    retry_runtime::metrics::count_calls();
    Ok(())
}

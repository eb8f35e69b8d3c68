//! Vertical axes: how high a value stands, and the words beside it.

use std::time::Duration;

/// A vertical axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    top: f64,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    Plain,
    Times,
    Percent,
    /// Of seconds, and logarithmic: from 1 ms.
    Latency,
}

const SHORTEST: f64 = 0.001;

impl Axis {
    /// From 0 to `top`, in numbers.
    #[must_use]
    pub const fn plain(top: f64) -> Self {
        Self {
            top,
            unit: Unit::Plain,
        }
    }

    /// From 0 to `top`, in multiples: `2×`.
    #[must_use]
    pub const fn times(top: f64) -> Self {
        Self {
            top,
            unit: Unit::Times,
        }
    }

    /// From 0 to `top`, where 1 is 100 %.
    #[must_use]
    pub const fn percent(top: f64) -> Self {
        Self {
            top,
            unit: Unit::Percent,
        }
    }

    /// From 1 ms to this long, each decade as high as the other.
    #[must_use]
    pub fn latency(longest: Duration) -> Self {
        Self {
            top: longest.as_secs_f64().max(10.0 * SHORTEST),
            unit: Unit::Latency,
        }
    }

    /// What a value is as a share of the height. What is above leaves the picture, but no
    /// further than needed.
    ///
    /// ```
    /// use retry_lab::chart::Axis;
    ///
    /// assert_eq!(Axis::times(4.0).height(1.0), 0.25);
    /// ```
    #[must_use]
    pub fn height(&self, value: f64) -> f64 {
        let share = match self.unit {
            Unit::Latency => {
                let above = (value.max(SHORTEST) / SHORTEST).log10();
                above / (self.top / SHORTEST).log10()
            }
            _ => value / self.top,
        };
        share.clamp(0.0, 1.5)
    }

    /// Where lines are drawn across, and what stands beside them.
    #[must_use]
    pub fn ticks(&self) -> Vec<(f64, String)> {
        if self.unit == Unit::Latency {
            let decades = [0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0];
            return decades
                .into_iter()
                .filter(|seconds| *seconds <= self.top * 1.001)
                .map(|seconds| (seconds, latency(seconds)))
                .collect();
        }
        let step = step(self.top, 6.0);
        (0..=(self.top / step + 1e-9) as usize)
            .map(|count| {
                let value = count as f64 * step;
                (value, self.label(value))
            })
            .collect()
    }

    fn label(&self, value: f64) -> String {
        let rounded = |value: f64| (value * 100.0).round() / 100.0;
        match self.unit {
            Unit::Times => format!("{}×", rounded(value)),
            Unit::Percent => format!("{} %", rounded(value * 100.0)),
            Unit::Plain | Unit::Latency => rounded(value).to_string(),
        }
    }
}

fn latency(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("{:.0} ms", seconds * 1000.0)
    } else {
        format!("{seconds:.0} s")
    }
}

/// A step of 1, 2 or 5 times a power of ten, of which at most so many make the axis.
pub(super) fn step(top: f64, most: f64) -> f64 {
    let power = 10_f64.powf((top / most).log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| top / step <= most)
        .unwrap_or(top)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_have_their_unit() {
        let labels = |axis: Axis| -> Vec<String> {
            axis.ticks().into_iter().map(|(_, label)| label).collect()
        };
        assert_eq!(labels(Axis::times(4.5)), ["0×", "1×", "2×", "3×", "4×"]);
        assert_eq!(labels(Axis::percent(1.0)).last().unwrap(), "100 %");
        assert_eq!(
            labels(Axis::latency(Duration::from_secs(2))),
            ["1 ms", "10 ms", "100 ms", "1 s"]
        );
    }

    #[test]
    fn a_decade_is_as_high_as_the_other() {
        let axis = Axis::latency(Duration::from_secs(1));
        assert!((axis.height(0.01) - 1.0 / 3.0).abs() < 1e-9);
        assert!((axis.height(0.0)).abs() < 1e-9);
    }
}

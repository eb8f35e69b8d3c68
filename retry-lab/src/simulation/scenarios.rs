//! The scenarios.

use super::service::{Broken, Fault, ServicePlan, Shedding};
use super::setup::{Calls, Processes, Setup};
use std::ops::Range;
use std::time::Duration;

/// All clients.
pub const CLIENTS: usize = 10_000;

const MINUTE: u64 = 60;

/// When the outage begins.
const FROM: u64 = 10;

const fn seconds(range: Range<u64>) -> Range<Duration> {
    Duration::from_secs(range.start)..Duration::from_secs(range.end)
}

impl Setup {
    /// 10,000 clients, 200 to a process, against a service that is twice as fast
    /// as need be; ten seconds in, it stalls for ten seconds. Its queue has no
    /// bounds, and clients wait for 1 s.
    #[must_use]
    pub fn half_load() -> Self {
        Self {
            clients: CLIENTS,
            processes: Processes::DENSE,
            calls: Calls::Every(Duration::from_secs(1)),
            service: ServicePlan {
                capacity: 2.0 * CLIENTS as f64,
                nodes: 1,
                varied: false,
                queue: None,
                shedding: Shedding::FREE,
                timeout: Duration::from_secs(1),
                noise: 0.001,
                fault: Fault::Stall,
                outage: seconds(FROM..FROM + 10),
            },
            next_node: false,
            length: Duration::from_secs(80),
            judged: Duration::from_secs(MINUTE),
            seed: 1,
        }
    }

    /// The same at 280 of 300, with a queue of at most 2 s: twice as long as
    /// anybody waits, so that a full queue answers nobody ("Metastable Failures
    /// in Distributed Systems", `HotOS` 2021).
    #[must_use]
    pub fn metastable() -> Self {
        let mut setup = Self::half_load();
        setup.service.capacity = CLIENTS as f64 * 300.0 / 280.0;
        setup.service.queue = Some(Duration::from_secs(2));
        setup
    }

    /// The same at half load, where the outage is errors that come at once, and
    /// what follows is the load of those who retry.
    #[must_use]
    pub fn errors() -> Self {
        let mut setup = Self::half_load();
        setup.service.queue = Some(Duration::from_secs(2));
        setup.service.fault = Fault::Errors;
        setup
    }

    /// Ten nodes at 20 % load, of which five refuse everything for 30 s.
    #[must_use]
    pub fn half_dead() -> Self {
        let mut setup = Self::half_load();
        setup.service.capacity = CLIENTS as f64 / 0.2;
        setup.service.nodes = 10;
        setup.service.queue = Some(Duration::from_secs(2));
        setup.service.fault = Fault::Nodes(5, Broken::Refuses);
        setup.service.outage = seconds(FROM..FROM + 30);
        setup.length = Duration::from_secs(MINUTE);
        // Not those whose last wait is longer than the rest of the outage.
        setup.judged = Duration::from_secs(20);
        setup
    }

    /// Ten nodes at half load that turn away what would wait longer than 200 ms.
    #[must_use]
    pub fn shedding(how: Shedding) -> Self {
        let mut setup = Self::half_load().next_node();
        setup.service.nodes = 10;
        setup.service.queue = Some(Duration::from_millis(200));
        setup.service.shedding = how;
        setup
    }

    /// The same from a load of 0.7 up to 1.4 and back within a minute.
    #[must_use]
    pub fn slope(how: Shedding) -> Self {
        let mut setup = Self::shedding(how);
        setup.service.capacity = setup.clients as f64 / 0.7;
        setup.service.fault = Fault::Slope(2.0);
        setup.service.outage = seconds(FROM..FROM + MINUTE);
        setup.length = Duration::from_secs(100);
        setup
    }

    /// All clients in the same moment, against a service at half load that
    /// refuses what would wait longer than 100 ms.
    #[must_use]
    pub fn together() -> Self {
        let at = Duration::from_secs(1);
        let mut setup = Self::half_load();
        setup.calls = Calls::Together(at);
        setup.service.queue = Some(Duration::from_millis(100));
        setup.service.outage = at..at;
        setup.length = Duration::from_secs(10);
        setup
    }

    /// The same with other processes.
    #[must_use]
    pub const fn processes(mut self, processes: Processes) -> Self {
        self.processes = processes;
        self
    }

    /// The same with as many fewer clients and as much less capacity.
    #[must_use]
    pub fn scaled_down(mut self, by: usize) -> Self {
        self.clients /= by;
        self.service.capacity /= by as f64;
        self
    }

    /// The same where retries go to another node.
    #[must_use]
    pub const fn next_node(mut self) -> Self {
        self.next_node = true;
        self
    }
}

//! Databases: pools, transactions, connections that are made anew.

use crate::support::{Calls, Fault, ms, timed};
use crate::{Log, Server};
use retry_runtime::{Budget, Policy, Transient, Verdict, retry};
use std::collections::HashSet;
use tokio::time::sleep;

#[derive(Clone, Debug, PartialEq)]
enum SqlError {
    PoolTimedOut,
    Database(&'static str),
    RowNotFound,
}

impl Transient for SqlError {
    fn verdict(&self) -> Verdict {
        match self {
            Self::PoolTimedOut => Verdict::not_sent(),
            // A conflict, which says nothing against the server.
            Self::Database("40001" | "40P01") => Verdict::transient().against_service(false),
            Self::Database(_) | Self::RowNotFound => Verdict::permanent(),
        }
    }
}

struct Bank {
    commits: Server<(), SqlError>,
    pool: Server<(), SqlError>,
    rolled_back: Calls,
}

/// Is rolled back where it was not committed.
struct Transaction<'b> {
    bank: &'b Bank,
    committed: bool,
}

impl Transaction<'_> {
    async fn commit(mut self) -> Result<(), SqlError> {
        let outcome = self.bank.commits.call();
        self.committed = outcome.is_ok();
        outcome
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.committed {
            self.bank.rolled_back.next();
        }
    }
}

impl Bank {
    async fn begin(&self) -> Result<Transaction<'_>, SqlError> {
        self.pool.call()?;
        Ok(Transaction {
            bank: self,
            committed: false,
        })
    }

    /// The transaction is the attempt: a conflict ends all of it.
    #[retry(max = 5, backoff = exp(10ms, 2, 100ms), jitter = none, budget = none)]
    async fn transfer(&self, amount: u32) -> Result<u32, SqlError> {
        let transaction = self.begin().await?;
        if amount > 100 {
            return Err(SqlError::RowNotFound);
        }
        transaction.commit().await?;
        Ok(amount)
    }
}

#[tokio::test(start_paused = true)]
async fn a_transaction_that_meets_others() {
    let bank = |commits: Vec<_>, pool: Vec<_>| Bank {
        commits: Server::new(commits),
        pool: Server::new(pool),
        rolled_back: Calls::new(),
    };
    let met = bank(
        vec![
            Err(SqlError::Database("40001")),
            Err(SqlError::Database("40P01")),
            Ok(()),
        ],
        vec![Err(SqlError::PoolTimedOut), Ok(())],
    );
    let (outcome, time) = timed(met.transfer(7)).await;
    assert_eq!((outcome, time), (Ok(7), ms(10 + 20 + 40)));
    assert_eq!((met.pool.calls(), met.commits.calls()), (4, 3));
    assert_eq!(met.rolled_back.count(), 2);

    let unique = bank(vec![Err(SqlError::Database("23505"))], vec![Ok(())]);
    assert_eq!(unique.transfer(7).await, Err(SqlError::Database("23505")));
    assert_eq!((unique.commits.calls(), unique.rolled_back.count()), (1, 1));
    assert_eq!(unique.transfer(101).await, Err(SqlError::RowNotFound));
    assert_eq!((unique.commits.calls(), unique.rolled_back.count()), (1, 2));
}

/// An error with labels, as a document database has them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Labelled(HashSet<&'static str>);

impl Labelled {
    fn of(label: &'static str) -> Self {
        Self(HashSet::from([label]))
    }

    fn has(&self, label: &str) -> bool {
        self.0.contains(label)
    }
}

struct Session {
    inserts: Server<(), Labelled>,
    commits: Server<(), Labelled>,
    log: Log,
}

impl Session {
    /// Two loops: a transaction is begun anew where it is transient, the commit alone is
    /// repeated where nobody knows how it ended.
    #[retry(retry_for = 120s, backoff = none, budget = none, nested = allow,
        on = |error| error.has("TransientTransactionError"))]
    async fn transact(&self) -> Result<(), Labelled> {
        self.log.add("begin");
        self.inserts.call()?;
        self.commit().await
    }

    #[retry(retry_for = 120s, backoff = none, budget = none,
        on = |error| error.has("UnknownTransactionCommitResult"))]
    async fn commit(&self) -> Result<(), Labelled> {
        self.log.add("commit");
        self.commits.call()
    }
}

#[tokio::test(start_paused = true)]
async fn a_transaction_with_labels() {
    let transient = || Err(Labelled::of("TransientTransactionError"));
    let unknown = || Err(Labelled::of("UnknownTransactionCommitResult"));
    let session = |inserts: Vec<_>, commits: Vec<_>| Session {
        inserts: Server::new(inserts),
        commits: Server::new(commits),
        log: Log::default(),
    };
    let met = session(
        vec![transient(), Ok(())],
        vec![unknown(), unknown(), transient(), unknown(), Ok(())],
    );
    assert_eq!(met.transact().await, Ok(()));
    let lines = [
        "begin", "begin", "commit", "commit", "commit", "begin", "commit", "commit",
    ];
    assert_eq!(met.log.lines(), lines);

    let failed = session(vec![Err(Labelled::default())], vec![Ok(())]);
    assert_eq!(failed.transact().await, Err(Labelled::default()));
    assert_eq!(failed.log.lines(), ["begin"]);
}

/// A connection that is of no use once it has failed.
#[derive(Debug)]
struct Connection {
    number: u32,
    broken: bool,
}

struct Database {
    connects: Calls,
    queries: Server<u32, Fault>,
}

impl Database {
    async fn connect(&self) -> Result<Connection, Fault> {
        Ok(Connection {
            number: self.connects.next(),
            broken: false,
        })
    }

    async fn query(&self, connection: &mut Connection) -> Result<u32, Fault> {
        assert!(!connection.broken, "a broken connection is not used again");
        self.queries
            .call()
            .inspect_err(|_| connection.broken = true)
    }
}

/// A client that is made anew where it is broken, in a variable of the caller.
async fn query_all(database: &Database, rows: u32) -> Result<(u32, u32), Fault> {
    let policy = Policy::DEFAULT.with_max(2);
    let mut connection = database.connect().await?;
    let mut sum = 0;
    for _ in 0..rows {
        sum += policy
            .run_async(async |_| {
                if connection.broken {
                    connection = database.connect().await?;
                }
                database.query(&mut connection).await
            })
            .call()
            .await?;
    }
    Ok((sum, connection.number))
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_made_anew() {
    let down = || Err(Fault::Down(0));
    let database = Database {
        connects: Calls::new(),
        queries: Server::new([Ok(1), down(), down(), Ok(2), down(), Ok(3)]),
    };
    assert_eq!(query_all(&database, 3).await, Ok((6, 4)));
    assert_eq!(database.queries.calls(), 6);

    let database = Database {
        connects: Calls::new(),
        queries: Server::new([Ok(1), down()]),
    };
    assert_eq!(query_all(&database, 3).await, Err(Fault::Down(0)));
    assert_eq!(
        (database.queries.calls(), database.connects.count()),
        (4, 3)
    );
}

/// The same in a task, whose future has to be `Send`: the closure owns what it uses, or
/// stands as a function that borrows it.
#[tokio::test]
async fn a_client_of_a_task() {
    let database = |failures| Database {
        connects: Calls::new(),
        queries: Server::failing(failures, Fault::Down(0), 5),
    };
    let (owned, lent) = (database(1), database(2));
    let owned = tokio::spawn(async move {
        let mut connection = owned.connect().await?;
        let policy: Policy = "max = 1, backoff = none"
            .parse()
            .map_err(|_| Fault::Bad(0))?;
        let run = policy.run_async(async move |_| {
            if connection.broken {
                connection = owned.connect().await?;
            }
            owned.query(&mut connection).await
        });
        run.call().await
    });
    assert_eq!(owned.await.unwrap(), Ok(5));

    let lent = tokio::spawn(async move {
        #[retry(max = 2, backoff = none)]
        async fn query(database: &Database, connection: &mut Connection) -> Result<u32, Fault> {
            if connection.broken {
                *connection = database.connect().await?;
            }
            database.query(connection).await
        }
        let mut connection = lent.connect().await?;
        let row = query(&lent, &mut connection).await?;
        Ok::<_, Fault>((row, connection.number))
    });
    assert_eq!(lent.await.unwrap(), Ok((5, 3)));
}

/// The same as a field: `before_retry` connects, and a query that hangs is cut.
struct Client {
    database: Database,
    connection: Connection,
    budget: Budget,
}

impl Client {
    #[retry(max = 3, backoff = fixed(100ms), jitter = none, timeout = 1s, budget = &self.budget,
        on = |error| matches!(error, Fault::Down(_) | Fault::Late(_)),
        before_retry = |_| {
            self.connection = self.database.connect().await?;
            Ok(())
        })]
    async fn query(&mut self, hangs: &Calls) -> Result<u32, Fault> {
        if hangs.next() == 2 {
            sleep(ms(60_000)).await;
        }
        self.database.query(&mut self.connection).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reconnects_before_a_retry() {
    let client = |failures| Client {
        database: Database {
            connects: Calls::new(),
            queries: Server::failing(failures, Fault::Down(0), 5),
        },
        connection: Connection {
            number: 0,
            broken: false,
        },
        budget: Budget::standard(),
    };
    let mut flaky = client(2);
    let (outcome, time) = timed(flaky.query(&Calls::new())).await;
    // It fails, hangs for a second, fails, and answers.
    assert_eq!((outcome, time), (Ok(5), ms(1000 + 3 * 100)));
    assert_eq!(flaky.connection.number, 3);

    let mut down = client(9);
    let late = down.query(&Calls::new()).await;
    assert_eq!(late, Err(Fault::Down(0)));
    assert_eq!(down.database.queries.calls(), 3);
}

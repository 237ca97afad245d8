//! The command that is run: it gets the signals that come for us, and what it writes is handed on as it comes.

use std::{
    ffi::OsString,
    fs,
    future::poll_fn,
    io::{self, IsTerminal, Write},
    os::unix::process::ExitStatusExt,
    pin::Pin,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
    signal::unix::{self, SignalKind},
    time::timeout,
};

use crate::cli::run::tail::Tail;

/// What was written before the end is looked for no longer.
const OUTPUT_TIMEOUT: Duration = Duration::from_secs(1);

/// What the command is told when we are.
const HANDED_ON: [(Signal, SignalKind); 6] = [
    (Signal::TERM, SignalKind::terminate()),
    (Signal::INT, SignalKind::interrupt()),
    (Signal::QUIT, SignalKind::quit()),
    (Signal::HUP, SignalKind::hangup()),
    (Signal::USR1, SignalKind::user_defined1()),
    (Signal::USR2, SignalKind::user_defined2()),
];

/// Hands on what is written until nobody can write any more.
type Copying = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A command that has ended.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    /// The last that it wrote, if that was asked for.
    pub(super) output: Option<String>,
    /// What it left running may still write: hands that on.
    pub(super) rest: Copying,
}

/// Runs a command to its end.
pub(super) async fn run(command: &[OsString], with_output: bool) -> io::Result<Ended> {
    let (program, given) = command.split_first().ok_or(io::ErrorKind::NotFound)?;
    let mut command = Command::new(program);
    command.args(given);
    if with_output {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
    }
    // Before it starts, so that none is missed.
    let mut signals = Signals::listen()?;
    let mut child = command.spawn()?;
    let tail = Arc::new(Mutex::new(Tail::default()));
    let out = child.stdout.take().map(|from| copy(from, io::stdout(), tail.clone()));
    let err = child.stderr.take().map(|from| copy(from, io::stderr(), tail.clone()));
    let both = async {
        tokio::join!(
            async {
                if let Some(out) = out {
                    out.await
                }
            },
            async {
                if let Some(err) = err {
                    err.await
                }
            }
        );
    };
    let mut copying = tokio::spawn(both);
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            signal = signals.next() => forward(&child, signal),
        }
    };
    let is_whole = timeout(OUTPUT_TIMEOUT, &mut copying).await.is_ok();
    let output = with_output.then(|| tail.lock().unwrap_or_else(PoisonError::into_inner).text());
    let rest: Copying = Box::pin(async move {
        if !is_whole {
            // It handed on what it could: a task that failed has nothing more.
            let _ = copying.await;
        }
    });
    Ok(Ended { status, output, rest })
}

/// What whoever runs us is told: as shells do, for a command that a signal ended.
pub(super) fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

/// How it ended, for people.
pub(super) fn words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("Exit code {code}"),
        (None, Some(signal)) => format!("Ended by signal {signal}"),
        (None, None) => "Ended".into(),
    }
}

/// When whoever reads what we write has gone, so has whoever reads what the command writes.
async fn copy(mut from: impl AsyncRead + Unpin, mut to: impl Write, tail: Arc<Mutex<Tail>>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        tail.lock().unwrap_or_else(PoisonError::into_inner).push(&buffer[..count]);
        // Whoever reads slowly slows the command down, as they would without us.
        let written =
            tokio::task::block_in_place(|| to.write_all(&buffer[..count]).and_then(|()| to.flush()));
        if written.is_err() {
            break;
        }
    }
}

fn forward(child: &Child, signal: Signal) {
    // A terminal tells the command itself.
    let is_told = [Signal::INT, Signal::QUIT].contains(&signal) && io::stdin().is_terminal();
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(id) = id.filter(|_| !is_told) {
        // It may have ended at this moment.
        let _ = kill_process(id, signal);
    }
}

/// The signals that are meant for the command.
struct Signals(Vec<(Signal, unix::Signal)>);

impl Signals {
    /// One that we are to ignore, as by `nohup`, the command ignores, too: it would not, if we listened to it.
    fn listen() -> io::Result<Self> {
        let ignored = ignored();
        let heard = HANDED_ON.into_iter().filter(|(signal, _)| ignored & mask(*signal) == 0);
        let heard = heard.map(|(signal, kind)| Ok((signal, unix::signal(kind)?)));
        heard.collect::<io::Result<_>>().map(Self)
    }

    async fn next(&mut self) -> Signal {
        poll_fn(|context| {
            for (signal, heard) in &mut self.0 {
                if heard.poll_recv(context).is_ready() {
                    return Poll::Ready(*signal);
                }
            }
            Poll::Pending
        })
        .await
    }
}

/// The signals that are ignored from the start, as Linux tells them: a bit for each. Elsewhere none is known of.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let bits = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    bits.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or_default()
}

fn mask(signal: Signal) -> u64 {
    1 << (signal.as_raw() - 1)
}

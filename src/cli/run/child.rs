//! The command that is run: it gets the signals that come for us, and what it writes is handed on as it comes.

use std::{
    ffi::OsString,
    io::{self, IsTerminal, Write},
    os::unix::process::ExitStatusExt,
    pin::Pin,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
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
struct Signals {
    terminate: unix::Signal,
    interrupt: unix::Signal,
    quit: unix::Signal,
    hang_up: unix::Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: unix::signal(SignalKind::terminate())?,
            interrupt: unix::signal(SignalKind::interrupt())?,
            quit: unix::signal(SignalKind::quit())?,
            hang_up: unix::signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.terminate.recv() => Signal::TERM,
            _ = self.interrupt.recv() => Signal::INT,
            _ = self.quit.recv() => Signal::QUIT,
            _ = self.hang_up.recv() => Signal::HUP,
        }
    }
}

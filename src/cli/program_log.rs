//! The program's own log. Its lines go through a bounded queue to a thread that writes them to standard error, so
//! that a log which nobody reads (a pipe that is full, a disk, a terminal that is stopped) keeps nobody waiting.
//! What does not fit is left out, counted, and said when there is room again.

use std::{
    fs::File,
    io::{self, ErrorKind, Write},
    os::fd::AsFd,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use tracing_subscriber::fmt::MakeWriter;

use crate::{clock, config::LogFormat};

/// What waits to be written: a thousand lines or more. As many may be on their way already.
const MAX_QUEUE_BYTES: usize = 256 * 1024;

/// At the end of the program, what waits gets so long to be written.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(1);

/// Between two tries to write to what takes nothing now.
const RETRY_INTERVAL: Duration = Duration::from_millis(50);

/// The way into the log; cheap to clone.
#[derive(Clone)]
pub(crate) struct ProgramLog(Arc<Shared>);

struct Shared {
    // A std mutex: held to add a line or to take them all, never while writing.
    queue: Mutex<Queue>,
    has_lines: Condvar,
    is_written: Condvar,
}

#[derive(Default)]
struct Queue {
    lines: Vec<u8>,
    /// Lines that did not fit behind these.
    left_out: u64,
    /// Whether the thread has taken lines that it has not written yet.
    is_writing: bool,
}

impl ProgramLog {
    /// The log on standard error, and the thread that writes it.
    pub(crate) fn start(format: LogFormat) -> io::Result<Self> {
        // A handle of its own: whoever waits for the lock of the standard one does not wait for this.
        let out = File::from(io::stderr().as_fd().try_clone_to_owned()?);
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            has_lines: Condvar::new(),
            is_written: Condvar::new(),
        });
        let theirs = shared.clone();
        thread::Builder::new().name("log".into()).spawn(move || theirs.write_all(&out, format))?;
        Ok(Self(shared))
    }

    /// Adds a line that is written as it is. Returns at once.
    pub(crate) fn write_line(&self, line: &str) {
        self.0.add(format!("{line}\n").as_bytes());
    }

    /// Waits until everything so far is written, a second at most: nobody may be reading.
    pub(crate) fn settle(&self) {
        let deadline = Instant::now() + SETTLE_TIMEOUT;
        let mut queue = self.0.queue();
        while !queue.lines.is_empty() || queue.is_writing {
            let Some(left) = deadline.checked_duration_since(Instant::now()) else { return };
            let waited = self.0.is_written.wait_timeout(queue, left);
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl<'a> MakeWriter<'a> for ProgramLog {
    type Writer = LogLine<'a>;

    fn make_writer(&'a self) -> LogLine<'a> {
        LogLine(&self.0)
    }
}

/// Takes one line, whole.
pub(crate) struct LogLine<'a>(&'a Shared);

impl Write for LogLine<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.add(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn add(&self, line: &[u8]) {
        let mut queue = self.queue();
        // Once one was left out, those after it are, too, until what waits is taken: the note stands where they would.
        if queue.left_out > 0 || queue.lines.len() + line.len() > MAX_QUEUE_BYTES {
            queue.left_out += 1;
            return;
        }
        queue.lines.extend_from_slice(line);
        self.has_lines.notify_one();
    }

    fn write_all(&self, mut out: impl Write, format: LogFormat) {
        // Lines that were taken, and could not be written.
        let mut lost = 0;
        loop {
            let (lines, left_out) = self.take();
            lost = write(&mut out, &lines, lost, format);
            lost = write(&mut out, &[], lost + left_out, format);
        }
    }

    fn take(&self) -> (Vec<u8>, u64) {
        let mut queue = self.queue();
        queue.is_writing = false;
        self.is_written.notify_all();
        while queue.lines.is_empty() {
            queue = self.has_lines.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        queue.is_writing = true;
        (std::mem::take(&mut queue.lines), std::mem::take(&mut queue.left_out))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes how many lines are missing, if any are, and then these; how many are missing afterwards.
fn write(out: &mut impl Write, lines: &[u8], missing: u64, format: LogFormat) -> u64 {
    let count = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte == b'\n').count() as u64;
    if missing > 0 && put(out, missing_lines(missing, format).as_bytes()).is_err() {
        return missing + count(lines);
    }
    match put(out, lines) {
        Ok(()) => 0,
        Err(written) => count(&lines[written..]),
    }
}

/// Writes all of it, or says how much was written when no more could be.
fn put(out: &mut impl Write, bytes: &[u8]) -> Result<(), usize> {
    let mut written = 0;
    while written < bytes.len() {
        match out.write(&bytes[written..]) {
            Ok(0) => return Err(written),
            Ok(more) => written += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // Whoever gave us the pipe may have made it so.
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(RETRY_INTERVAL),
            Err(_) => return Err(written),
        }
    }
    Ok(())
}

fn missing_lines(lines: u64, format: LogFormat) -> String {
    let now = clock::rfc3339(clock::now_ms());
    let message = "Lines of this log are missing here: nobody read it, or it could not be written";
    match format {
        LogFormat::Text => format!("{now}  WARN tidings: {message} lines={lines}\n"),
        LogFormat::Json => format!(
            "{{\"timestamp\":\"{now}\",\"level\":\"WARN\",\"message\":\"{message}\",\"lines\":{lines},\
             \"target\":\"tidings\"}}\n"
        ),
    }
}

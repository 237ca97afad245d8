//! What processes use, as the kernel tells it in `/proc`.

use std::{collections::HashMap, fs, io, time::Duration};

/// `/proc` counts CPU time in hundredths of a second on every Linux of interest (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// Proportional set size in kB: pages that processes share are divided among them.
pub fn memory(pids: &[u32]) -> io::Result<f64> {
    let mut sum = 0.0;
    for pid in pids {
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
        sum += number(&rollup, "Pss:");
    }
    Ok(sum)
}

/// CPU time so far, user and system.
pub fn cpu(pids: &[u32]) -> io::Result<Duration> {
    let mut ticks = 0;
    for pid in pids {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        // The name in parentheses may hold anything; utime and stime are fields 14 and 15, so 12 and 13 after it.
        let fields = stat.rsplit(") ").next().unwrap_or_default();
        ticks +=
            fields.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u32>().ok()).sum::<u32>();
    }
    Ok(TICK * ticks)
}

/// CPU time so far of each thread, to the nanosecond: of a server that does nearly nothing, hundredths of a second say nothing.
pub fn threads(pids: &[u32]) -> io::Result<HashMap<u32, Duration>> {
    let mut threads = HashMap::new();
    for pid in pids {
        for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
            let thread = thread?;
            let Ok(id) = thread.file_name().to_string_lossy().parse() else { continue };
            // One may have ended meanwhile. The first number is the time on a processor.
            let stat = fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
            let time = stat.split(' ').next().and_then(|time| time.parse().ok()).unwrap_or_default();
            threads.insert(id, Duration::from_nanos(time));
        }
    }
    Ok(threads)
}

/// What these threads have used since they were looked at, and those that have begun since then.
pub fn threads_since(before: &HashMap<u32, Duration>, pids: &[u32]) -> io::Result<Duration> {
    let used =
        |(id, time): (u32, Duration)| time.saturating_sub(before.get(&id).copied().unwrap_or_default());
    Ok(threads(pids)?.into_iter().map(used).sum())
}

/// Open sockets, those that listen included.
pub fn sockets(pids: &[u32]) -> io::Result<usize> {
    let mut count = 0;
    for pid in pids {
        for descriptor in fs::read_dir(format!("/proc/{pid}/fd"))? {
            // One may be closed meanwhile.
            let what = fs::read_link(descriptor?.path()).unwrap_or_default();
            count += usize::from(what.to_string_lossy().starts_with("socket:"));
        }
    }
    Ok(count)
}

/// The processes that a process started.
pub fn children(pid: u32) -> io::Result<Vec<u32>> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
    Ok(children.split_whitespace().filter_map(|pid| pid.parse().ok()).collect())
}

/// What all sockets of this machine hold in the kernel, in kB.
pub fn socket_memory() -> io::Result<f64> {
    let sockets = fs::read_to_string("/proc/net/sockstat")?;
    let tcp = sockets.lines().find(|line| line.starts_with("TCP:")).unwrap_or_default();
    // In pages.
    Ok(number(tcp, "mem") * 4.0)
}

/// CPU time of the whole machine so far that was not idle.
pub fn machine_cpu() -> io::Result<Duration> {
    let stat = fs::read_to_string("/proc/stat")?;
    let ticks: Vec<u32> = stat
        .lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(1)
        .filter_map(|t| t.parse().ok())
        .collect();
    // user, nice, system, (idle, iowait,) irq, softirq
    Ok(TICK * [0, 1, 2, 5, 6].iter().filter_map(|at| ticks.get(*at)).sum::<u32>())
}

fn number(text: &str, name: &str) -> f64 {
    let after = text.split(name).nth(1).unwrap_or_default();
    after.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

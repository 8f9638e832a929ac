package dev.gantry.engine.progress;

/// One running piece of work; calls are cheap, so callers need not thin them out.
public interface ProgressTask extends AutoCloseable {
    /// Says how many units are done since the start, not since the last call.
    void update(long done);

    /// Sets the few words shown behind the bar, such as `loss 2.31`.
    void note(String text);

    @Override
    void close();
}

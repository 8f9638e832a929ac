package dev.gantry.app.cli;

/// Set once when the user asks to stop; work looks at it between steps, so that no thread is ever interrupted.
public final class CancelFlag {
    private volatile boolean set;

    public void set() {
        set = true;
    }

    public boolean isSet() {
        return set;
    }
}

package dev.gantry.engine.progress;

/// The progress of work that nobody watches.
enum SilentProgress implements Progress, ProgressTask {
    INSTANCE;

    @Override
    public ProgressTask start(String label, long total, ProgressUnit unit) {
        return this;
    }

    @Override
    public boolean cancelled() {
        return false;
    }

    @Override
    public void update(long done) {}

    @Override
    public void note(String text) {}

    @Override
    public void close() {}
}

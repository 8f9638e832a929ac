package dev.gantry.engine.backend;

/// Work that a backend is given again and again, the same but for numbers, such as the kernels of one more token. Where
/// starting kernels one by one takes long, a device may start all of them at once.
public interface RepeatedWork extends AutoCloseable {
    /// Does nothing about it.
    RepeatedWork PLAIN = new RepeatedWork() {
        @Override
        public void run(Runnable work) {
            work.run();
        }

        @Override
        public void close() {
            // holds nothing
        }
    };

    /// Enqueues the kernels that `work` enqueues, in their order and to the same bits. They may be held back
    /// until `work` copies, waits or is over: until then nothing that they read or write is handed to another
    /// thread.
    void run(Runnable work);

    @Override
    void close();
}

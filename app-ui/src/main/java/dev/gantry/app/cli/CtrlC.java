package dev.gantry.app.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets a command end in order after Ctrl-C: the JVM's own shutdown waits until the command has saved what it must.
final class CtrlC {
    /// Long enough to write a checkpoint to a slow disk.
    private static final long PATIENCE_SECONDS = 120;

    private final CountDownLatch done = new CountDownLatch(1);
    private final CancelFlag cancel;
    private final PrintWriter err;
    private final LineInput in;

    CtrlC(CancelFlag cancel, PrintWriter err, LineInput in) {
        this.cancel = cancel;
        this.err = err;
        this.in = in;
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "ctrl-c"));
    }

    private void stop() {
        if (done.getCount() == 0) {
            return;
        }
        cancel.set();
        if (in.isWaiting()) {
            // nothing is under way: the command only waits for the user to type
            return;
        }
        err.println();
        err.println("stopping; what is finished is kept ...");
        err.flush();
        try {
            boolean ended = done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                err.println("the command did not stop in " + PATIENCE_SECONDS + " s and is ended now");
                err.flush();
            }
        } catch (InterruptedException e) {
            // the JVM is going down harder than we can wait for
            Thread.currentThread().interrupt();
        }
    }

    /// Says that the command has ended; true when the JVM is already going down because of Ctrl-C.
    boolean finish() {
        done.countDown();
        return cancel.isSet();
    }
}

package dev.gantry.app;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// Takes this process out of the terminal that the window was started from, so that Ctrl-C there, or closing it, ends
/// the window and leaves the training alone.
final class OwnSession {
    /// Set for a trainer by the window.
    private static final String PROPERTY = "gantry.session";

    private OwnSession() {}

    /// Does nothing where nobody asks for it, or where the system has no sessions.
    static void begin() {
        if (!"own".equals(System.getProperty(PROPERTY))) {
            return;
        }
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> setsid = linker.defaultLookup().find("setsid");
        if (setsid.isEmpty()) {
            return;
        }
        try {
            int ignored = (int) linker.downcallHandle(setsid.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT))
                    .invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("calling setsid failed", e);
        }
    }
}

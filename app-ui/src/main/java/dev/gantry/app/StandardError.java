package dev.gantry.app;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Takes standard error back from the launcher.
///
/// While the JVM starts, the launcher lets its messages run through a filter that drops the one line about incubator
/// modules, for which the JVM has no switch, and keeps the true standard error open under another number. From here
/// on nothing stands between the program and the terminal.
final class StandardError {
    /// Set by the launcher: the number of the true standard error.
    private static final String PROPERTY = "gantry.stderr.number";

    private static final int STANDARD_ERROR = 2;

    private StandardError() {}

    /// Does nothing where no launcher asks for it; where the system refuses, messages stay with the filter.
    static void takeBack() {
        Integer number = Integer.getInteger(PROPERTY);
        if (number == null) {
            return;
        }
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> dup2 = linker.defaultLookup().find("dup2");
        Optional<MemorySegment> close = linker.defaultLookup().find("close");
        if (dup2.isEmpty() || close.isEmpty()) {
            return;
        }
        try {
            MethodHandle duplicate = linker.downcallHandle(
                    dup2.get(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            if ((int) duplicate.invokeExact((int) number, STANDARD_ERROR) == STANDARD_ERROR) {
                MethodHandle shut = linker.downcallHandle(
                        close.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
                int ignored = (int) shut.invokeExact((int) number);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("calling dup2 failed", e);
        }
    }
}

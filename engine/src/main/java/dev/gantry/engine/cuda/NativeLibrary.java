package dev.gantry.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.gantry.engine.foreign.ForeignCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.Optional;

/// A C library whose functions return a status. It stays loaded until the program ends: drivers do not survive being
/// unloaded.
@SuppressWarnings("restricted") // calling C is what this class is for
public final class NativeLibrary {
    private final String name;
    private final SymbolLookup symbols;

    private NativeLibrary(String name, SymbolLookup symbols) {
        this.name = name;
        this.symbols = symbols;
    }

    /// Opens a library by its path, or by the name under which the system's loader knows it.
    ///
    /// @return empty when the loader finds none or refuses it
    public static Optional<NativeLibrary> open(String nameOrPath) {
        try {
            SymbolLookup symbols = Path.of(nameOrPath).isAbsolute()
                    ? SymbolLookup.libraryLookup(Path.of(nameOrPath), Arena.global())
                    : SymbolLookup.libraryLookup(nameOrPath, Arena.global());
            return Optional.of(new NativeLibrary(nameOrPath, symbols));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public String name() {
        return name;
    }

    /// Where a function lies.
    ///
    /// @throws MissingFunctionException when this version of the library has none of that name
    MemorySegment find(String function) {
        return symbols.find(function).orElseThrow(() -> new MissingFunctionException(name, function));
    }

    boolean has(String function) {
        return symbols.find(function).isPresent();
    }

    /// Calls a function that returns a status. For what happens seldom: the call is linked anew each time.
    int call(String function, Object... arguments) {
        return (int) invoke(function, JAVA_INT, arguments);
    }

    /// Calls any function; parameter types follow from the arguments.
    Object invoke(String function, MemoryLayout returns, Object... arguments) {
        return ForeignCall.invoke(find(function), returns, arguments);
    }

    /// A library is older or younger than what was written for.
    static final class MissingFunctionException extends RuntimeException {
        MissingFunctionException(String library, String function) {
            super(library + " has no function " + function);
        }
    }
}

package dev.gantry.engine.tensor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Asks Linux to back memory with huge pages, which makes direct I/O and streaming reads of it faster.
///
/// Nothing depends on the answer but speed. Other systems have no such call, and there nothing is done.
public final class HugePages {
    private static final Logger LOG = System.getLogger(HugePages.class.getName());
    private static final Path SIZE = Path.of("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size");
    /// Some machines call half a gigabyte a huge page, which is no use for buffers.
    private static final long LARGEST_BYTES = 32L << 20;
    /// From now on.
    private static final int MADV_HUGEPAGE = 14;
    /// At once, for what was touched already; since Linux 6.1.
    private static final int MADV_COLLAPSE = 25;

    private static final long PAGE_BYTES = readPageBytes();
    private static final @Nullable MethodHandle MADVISE = PAGE_BYTES == 0 ? null : findMadvise();

    private HugePages() {}

    /// The size and alignment of a huge page in bytes, 0 where there are none.
    public static long pageBytes() {
        return MADVISE == null ? 0 : PAGE_BYTES;
    }

    /// Backs the whole huge pages inside of `memory`; its content stays as it is.
    ///
    /// @return whether all of them are huge now; when not, the system may still make them so later
    public static boolean back(MemorySegment memory) {
        if (MADVISE == null) {
            return false;
        }
        long lead = Math.floorMod(-memory.address(), PAGE_BYTES);
        long bytes = Math.floorDiv(memory.byteSize() - lead, PAGE_BYTES) * PAGE_BYTES;
        if (bytes <= 0) {
            return false;
        }
        MemorySegment pages = memory.asSlice(lead, bytes);
        return advise(MADVISE, pages, MADV_HUGEPAGE) && advise(MADVISE, pages, MADV_COLLAPSE);
    }

    private static boolean advise(MethodHandle madvise, MemorySegment pages, int advice) {
        try {
            return (int) madvise.invokeExact(pages, pages.byteSize(), advice) == 0;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("madvise throws no checked exceptions", e);
        }
    }

    private static @Nullable MethodHandle findMadvise() {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor shape = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
        return linker.defaultLookup()
                .find("madvise")
                .map(address -> linker.downcallHandle(address, shape))
                .orElse(null);
    }

    private static long readPageBytes() {
        try {
            long bytes =
                    Files.exists(SIZE) ? Long.parseLong(Files.readString(SIZE).strip()) : 0;
            return bytes <= LARGEST_BYTES ? bytes : 0;
        } catch (IOException | NumberFormatException e) {
            LOG.log(Level.DEBUG, "no huge pages", e);
            return 0;
        }
    }
}

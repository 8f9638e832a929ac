package dev.gantry.engine.cuda;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cuda.CudaReport.Card;
import dev.gantry.engine.cuda.CudaReport.Part;
import dev.gantry.engine.cuda.CudaReport.State;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Looks for cards, the driver and CUDA's libraries, through the driver's C interface alone: where there is none
/// nothing is loaded, and nothing here throws.
public final class CudaDiscovery {
    /// The first driver whose cards run what NVRTC 12 writes.
    static final CudaVersion OLDEST_DRIVER = new CudaVersion(12, 0);

    private static final int NO_DEVICE = 100;
    private static final int CAPABILITY_MAJOR = 75;
    private static final int CAPABILITY_MINOR = 76;
    private static final int NAME_BYTES = 256;
    /// The driver among the parts of a report.
    static final String DRIVER = "driver";

    private final String driverLibrary;
    private final LibrarySearch search;

    /// With the driver under its usual name.
    public CudaDiscovery(LibrarySearch search) {
        this(CudaPlatform.here().driver(), search);
    }

    /// @param driverLibrary its name or path
    public CudaDiscovery(String driverLibrary, LibrarySearch search) {
        this.driverLibrary = driverLibrary;
        this.search = search;
    }

    /// What is here. Libraries above the driver are opened only where there is a card for them.
    public CudaReport look() {
        Optional<NativeLibrary> library = NativeLibrary.open(driverLibrary);
        if (library.isEmpty()) {
            return none(State.MISSING, "no NVIDIA driver found (" + driverLibrary + ")");
        }
        try {
            return ask(library.get());
        } catch (NativeLibrary.MissingFunctionException | GantryException e) {
            return none(State.UNFIT, "the NVIDIA driver does not answer as it should: " + e.getMessage());
        }
    }

    private static CudaReport none(State driver, String why) {
        return new CudaReport(CudaTier.NONE, null, why, List.of(), List.of(new Part(DRIVER, driver, null, "", why)));
    }

    private CudaReport ask(NativeLibrary library) {
        int status = library.call("cuInit", 0);
        if (status == NO_DEVICE) {
            return none(
                    State.UNFIT,
                    "the NVIDIA driver finds no card (cuInit gave " + NO_DEVICE + "); nvidia-smi says more");
        }
        if (status != 0) {
            return none(
                    State.UNFIT,
                    "the NVIDIA driver is installed but does not start (cuInit gave " + status
                            + "); nvidia-smi says more, and a restart often helps after an update");
        }
        CudaDriver driver = new CudaDriver(library);
        CudaVersion version = CudaVersion.ofDriver(driver.readInt("cuDriverGetVersion"));
        List<Card> cards = cards(driver);
        if (version.compareTo(OLDEST_DRIVER) < 0) {
            String why = "the NVIDIA driver is for CUDA " + version + ", and " + OLDEST_DRIVER
                    + " or later is needed; update the driver";
            Part part = new Part(DRIVER, State.UNFIT, driverLibrary, version.toString(), why);
            return new CudaReport(CudaTier.NONE, version, why, cards, List.of(part));
        }
        Part part = new Part(DRIVER, State.FOUND, driverLibrary, version.toString(), "for CUDA " + version);
        if (cards.stream().noneMatch(card -> card.capability().isSupported())) {
            String why = cards.isEmpty()
                    ? "the NVIDIA driver names no card"
                    : "no card of compute capability " + ComputeCapability.OLDEST + " or later: " + names(cards);
            return new CudaReport(CudaTier.NONE, version, why, cards, List.of(part));
        }
        return withLibraries(version, cards, part);
    }

    private static String names(List<Card> cards) {
        return String.join(
                ", ",
                cards.stream()
                        .map(card -> card.name() + " has " + card.capability())
                        .toList());
    }

    private static List<Card> cards(CudaDriver driver) {
        List<Card> cards = new ArrayList<>();
        int count = driver.readInt("cuDeviceGetCount");
        for (int ordinal = 0; ordinal < count; ordinal++) {
            int device = driver.readInt("cuDeviceGet", ordinal);
            ComputeCapability capability = new ComputeCapability(
                    driver.readInt("cuDeviceGetAttribute", CAPABILITY_MAJOR, device),
                    driver.readInt("cuDeviceGetAttribute", CAPABILITY_MINOR, device));
            long memoryBytes = driver.readLong("cuDeviceTotalMem_v2", device);
            cards.add(new Card(ordinal, name(driver, device), memoryBytes, capability));
        }
        return cards;
    }

    private static String name(CudaDriver driver, int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(NAME_BYTES);
            driver.call("cuDeviceGetName", name, NAME_BYTES, device);
            return name.getString(0);
        }
    }

    private CudaReport withLibraries(CudaVersion driver, List<Card> cards, Part driverPart) {
        List<Part> parts = new ArrayList<>(List.of(driverPart));
        CudaTier tier = CudaTier.CARDS;
        boolean complete = true; // a tier needs the ones before it
        for (CudaLibraryKind kind : CudaLibraryKind.values()) {
            if (search.fileNames(kind).isEmpty()) {
                continue; // NVIDIA does not make it for this system
            }
            Part part = find(kind, driver);
            parts.add(part);
            complete &= part.state() == State.FOUND;
            tier = complete ? kind.tier() : tier;
        }
        String detail = "driver for CUDA " + driver + describe(parts);
        return new CudaReport(tier, driver, detail, cards, parts);
    }

    private static String describe(List<Part> parts) {
        List<String> missing = parts.stream()
                .filter(part -> part.state() != State.FOUND)
                .map(Part::name)
                .toList();
        return missing.isEmpty() ? "" : "; not usable: " + String.join(", ", missing);
    }

    /// The first that fits; else what is wrong with the first that was there.
    private Part find(CudaLibraryKind kind, CudaVersion driver) {
        Part unfit = null;
        for (String candidate : search.candidates(search.fileNames(kind))) {
            Part part = NativeLibrary.open(candidate)
                    .map(library -> judge(kind, library, driver))
                    .orElse(null);
            if (part != null && part.state() == State.FOUND) {
                return part;
            }
            unfit = unfit == null ? part : unfit;
        }
        return unfit != null ? unfit : missing(kind);
    }

    private static Part judge(CudaLibraryKind kind, NativeLibrary library, CudaVersion driver) {
        String path = library.name();
        try {
            CudaVersion version = kind.version(library);
            if (kind.fits(version, driver)) {
                return new Part(kind.title(), State.FOUND, path, version.toString(), path);
            }
            String why = path + " is of CUDA " + version + ", and the driver runs " + driver
                    + "; update the driver, or install the library for CUDA " + driver.major();
            return new Part(kind.title(), State.UNFIT, path, version.toString(), why);
        } catch (NativeLibrary.MissingFunctionException e) {
            return new Part(kind.title(), State.UNFIT, path, "", e.getMessage() + "; install the library anew");
        }
    }

    private Part missing(CudaLibraryKind kind) {
        String why = "no " + String.join(" or ", search.fileNames(kind)) + ", which " + kind.purpose()
                + "; install it with the CUDA toolkit, the distribution's packages or pip, or name its folder in "
                + LibrarySearch.VARIABLE;
        return new Part(kind.title(), State.MISSING, null, "", why);
    }
}

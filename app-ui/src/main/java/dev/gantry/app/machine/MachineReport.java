package dev.gantry.app.machine;

import dev.gantry.engine.cuda.CudaReport;
import dev.gantry.engine.cuda.CudaTier;
import dev.gantry.engine.device.DeviceChoice;
import java.util.List;

/// Everything `gantry doctor` found out; the component names are the keys of its JSON.
public record MachineReport(
        String gantryVersion,
        String operatingSystem,
        Cpu cpu,
        Memory memory,
        Java java,
        Disk disk,
        List<NativeLibrary> nativeLibraries,
        Rates rates,
        Cuda cuda) {
    /// @param simd the widest vectors the JVM uses, such as `512-bit (16 f32 lanes)`
    public record Cpu(String model, String architecture, int logicalCores, String simd) {}

    /// @param availableBytes what can be had without pushing other programs out
    public record Memory(long totalBytes, long availableBytes, long maxHeapBytes) {}

    public record Java(String version, String vendor, String home) {}

    /// The disk that holds `folder`, where runs and the catalog go.
    public record Disk(String folder, long freeBytes, long totalBytes) {}

    /// @param detail the version when it is loadable, else why not
    public record NativeLibrary(String name, String purpose, State state, String detail) {
        /// Whether the library can be used here.
        public enum State {
            LOADED,
            MISSING
        }
    }

    /// @param memoryCopyBytesPerSecond bytes copied, each read once and written once, on all cores
    /// @param memoryReadBytesPerSecond bytes streamed through the cores, as decoding does with the weights
    /// @param diskReadBytesPerSecond with direct I/O where the file system can, so not the page cache
    public record Rates(
            long memoryCopyBytesPerSecond,
            long memoryReadBytesPerSecond,
            long diskWriteBytesPerSecond,
            long diskReadBytesPerSecond,
            String diskReadKind) {}

    /// @param driverVersion as the driver writes it: 13010 is 13.1; 0 without a driver
    /// @param tier what the libraries that were found are enough for
    /// @param detail the driver's version, or why there is none
    /// @param libraries the driver and what was looked for above it
    /// @param folders that the user names for libraries
    /// @param packages commands that get what is missing, each all of it
    public record Cuda(
            int driverVersion,
            CudaTier tier,
            List<Gpu> gpus,
            String detail,
            List<CudaLibrary> libraries,
            List<CudaFolder> folders,
            List<CudaPackages.Offer> packages) {}

    /// @param version empty when there is none
    /// @param detail where it is, or what is wrong and what to do
    public record CudaLibrary(String name, CudaReport.State state, String version, String detail) {}

    /// @param device as `--device` takes it, such as `cuda:0`
    public record Gpu(String device, String name, long memoryBytes, String computeCapability) {
        static Gpu of(CudaReport.Card card) {
            return new Gpu(
                    new DeviceChoice.Cuda(card.ordinal()).written(),
                    card.name(),
                    card.memoryBytes(),
                    card.capability().toString());
        }
    }
}

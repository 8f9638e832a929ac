package dev.gantry.app.machine;

import dev.gantry.engine.cuda.CudaReport;
import dev.gantry.engine.cuda.CudaReport.Part;
import dev.gantry.engine.cuda.CudaReport.State;
import dev.gantry.engine.cuda.CudaVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The official packages that bring what is missing of CUDA, by the names that they have in each place.
public final class CudaPackages {
    /// The newest toolkit whose libraries Gantry looks for.
    private static final int NEWEST_MAJOR = 13;

    private static final String NCCL = "NCCL";

    private final LinuxRelease system;

    CudaPackages(LinuxRelease system) {
        this.system = system;
    }

    /// Where packages come from.
    public enum Source {
        NVIDIA("NVIDIA's repository"),
        DISTRIBUTION("the distribution's packages"),
        PIP("pip"),
        CONDA("Conda");

        private final String words;

        Source(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /// A command that installs all that is missing.
    public record Offer(Source source, String command) {}

    /// Nothing where nothing is missing, or where packages would not help.
    List<Offer> offers(CudaReport report) {
        if (!system.isLinuxOnIntel()) {
            return List.of(); // the libraries' names of other systems are not looked for
        }
        CudaVersion driver = report.driver();
        if (driver == null || isTooOld(report)) {
            return system.hasNvidiaCard() ? driverOffers() : List.of();
        }
        if (report.cards().stream().noneMatch(card -> card.capability().isSupported())) {
            return List.of();
        }
        List<String> missing = report.parts().stream()
                .filter(part -> part.state() != State.FOUND)
                .map(Part::name)
                // one card has nobody to talk to
                .filter(part -> !part.equals(NCCL) || report.cards().size() > 1)
                .toList();
        return missing.isEmpty() ? List.of() : libraryOffers(driver, missing);
    }

    private static boolean isTooOld(CudaReport report) {
        return report.parts().getFirst().state() == State.UNFIT;
    }

    private List<Offer> driverOffers() {
        List<Offer> offers = new ArrayList<>();
        system.installer().ifPresent(with -> offers.add(new Offer(Source.NVIDIA, with + " nvidia-open")));
        if (system.isDebian(0)) {
            offers.add(new Offer(Source.DISTRIBUTION, "sudo apt-get install nvidia-driver"));
        } else if (system.isUbuntu(0)) {
            offers.add(new Offer(Source.DISTRIBUTION, "sudo ubuntu-drivers install"));
        }
        return offers;
    }

    private List<Offer> libraryOffers(CudaVersion driver, List<String> missing) {
        List<Offer> offers = new ArrayList<>();
        system.installer()
                .ifPresent(with -> offers.add(new Offer(
                        Source.NVIDIA, with + names(missing, part -> ofNvidia(part, driver, system.isApt())))));
        if (system.isDebian(13) || (system.isUbuntu(24) && !missing.contains(NCCL))) {
            offers.add(new Offer(
                    Source.DISTRIBUTION, "sudo apt-get install" + names(missing, CudaPackages::ofDistribution)));
        }
        int major = Math.min(driver.major(), NEWEST_MAJOR);
        offers.add(new Offer(Source.PIP, "pip install --user" + names(missing, part -> ofPip(part, major))));
        offers.add(new Offer(
                Source.CONDA,
                "conda install -c conda-forge" + names(missing, CudaPackages::ofConda) + " cuda-version=" + major));
        return offers;
    }

    private interface Naming {
        String name(String part);
    }

    private static String names(List<String> parts, Naming naming) {
        StringBuilder names = new StringBuilder();
        parts.forEach(part -> names.append(' ').append(naming.name(part)));
        return names.toString();
    }

    private static String ofNvidia(String part, CudaVersion driver, boolean apt) {
        String version = "-%d-%d".formatted(driver.major(), driver.minor());
        return switch (part) {
            case "NVRTC" -> "cuda-nvrtc" + version;
            case "cuBLASLt" -> "libcublas" + version;
            default -> apt ? "libnccl2" : "libnccl";
        };
    }

    /// Of CUDA 12, the one that Debian 13 and Ubuntu 24.04 have; it runs on every driver that we take.
    private static String ofDistribution(String part) {
        return part.equals(NCCL) ? "libnccl2" : "lib" + part.toLowerCase(Locale.ROOT) + "12";
    }

    /// Since CUDA 13 only NCCL has the version in its name.
    private static String ofPip(String part, int major) {
        String name = switch (part) {
            case "NVRTC" -> "nvidia-cuda-nvrtc";
            case "cuBLASLt" -> "nvidia-cublas";
            default -> "nvidia-nccl";
        };
        return major < NEWEST_MAJOR || part.equals(NCCL) ? name + "-cu" + major : name + "==" + major + ".*";
    }

    private static String ofConda(String part) {
        return switch (part) {
            case "NVRTC" -> "cuda-nvrtc";
            case "cuBLASLt" -> "libcublas";
            default -> "nccl";
        };
    }
}

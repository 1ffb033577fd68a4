package dev.channels.benchmarks;

import java.util.Arrays;
import java.util.List;

import dev.channels.benchmarks.micro.MicroCommand;
import dev.channels.benchmarks.run.LoadCommand;

/**
 * The one command for all of them.
 */
public final class Benchmarks {

	private static final String OTHERS = """
			micro [arguments of JMH]
			  parts of the library without sockets, with what they allocate
			joins
			  how much joins slow down the events of a node on Redis
			""";

	private Benchmarks() {
	}

	/**
	 * Run a benchmark.
	 * @param args which one, and its arguments; none to be told what there is
	 * @throws Exception if it cannot be run
	 */
	public static void main(String[] args) throws Exception {
		List<String> arguments = Arrays.asList(args);
		String command = arguments.isEmpty() ? "" : arguments.get(0);
		try {
			System.exit(run(command, arguments.subList(Math.min(1, arguments.size()), arguments.size())) ? 0 : 1);
		}
		catch (IllegalArgumentException ex) {
			System.err.println(ex.getMessage());
			System.exit(2);
		}
	}

	private static boolean run(String command, List<String> arguments) throws Exception {
		switch (command) {
			case "load" -> {
				return LoadCommand.run(arguments, System.out);
			}
			case "micro" -> {
				MicroCommand.run(arguments, System.out);
				return true;
			}
			case "joins" -> {
				DeliveryBesideJoins.main(new String[0]);
				return true;
			}
			default -> {
				System.out.println("Say what to measure:\n\n" + LoadCommand.usage() + OTHERS);
				return command.isEmpty();
			}
		}
	}

}

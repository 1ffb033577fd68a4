package dev.channels.test.redis;

import java.util.List;

/**
 * A Redis master with a replica and three sentinels that watch over them, as processes of
 * this machine. A master that is {@link RedisServer#kill() killed} or
 * {@link RedisServer#freeze() frozen} is replaced after about two seconds.
 *
 * <pre class="code">
 * try (RedisSentinels redis = RedisSentinels.start()) {
 *     RedisServer failed = redis.master();
 *     failed.kill();
 *     redis.awaitMasterInsteadOf(failed);
 * }</pre>
 *
 * @since 0.1.0
 */
public final class RedisSentinels implements AutoCloseable {

	/**
	 * The name by which clients ask for the master.
	 */
	public static final String MASTER_NAME = "mymaster";

	private static final int SENTINELS = 3;

	private final RedisTopology topology = new RedisTopology();

	private final List<RedisServer> servers;

	private final List<RedisServer> sentinels;

	private RedisSentinels() {
		try {
			RedisServer master = this.topology.start(RedisProgram.SERVER);
			RedisServer replica = this.topology.start(RedisProgram.SERVER,
					"replicaof " + master.host() + " " + master.port());
			this.servers = List.of(master, replica);
			// otherwise the sentinels ask for replicas again only after ten seconds
			this.topology.await("replica", () -> replica.cli("INFO", "replication").contains("master_link_status:up")
					&& master.cli("INFO", "replication").contains("state=online"));
			String[] settings = { "sentinel monitor " + MASTER_NAME + " " + master.host() + " " + master.port() + " 2",
					"sentinel down-after-milliseconds " + MASTER_NAME + " 1000",
					"sentinel failover-timeout " + MASTER_NAME + " 5000" };
			this.sentinels = List.of(this.topology.start(RedisProgram.SENTINEL, settings),
					this.topology.start(RedisProgram.SENTINEL, settings),
					this.topology.start(RedisProgram.SENTINEL, settings));
			this.topology.await("sentinels that know each other",
					() -> this.sentinels.stream()
						.allMatch((sentinel) -> sentinel.cli("INFO", "sentinel")
							.contains("status=ok,address=" + master.host() + ":" + master.port()
									+ ",slaves=1,sentinels=" + SENTINELS)));
		}
		catch (RuntimeException ex) {
			this.topology.close();
			throw ex;
		}
	}

	/**
	 * Start the servers.
	 * @return the servers, which know each other
	 * @throws IllegalStateException if this machine has no {@code redis-server} and
	 * {@code redis-sentinel} of version 7 or newer
	 */
	public static RedisSentinels start() {
		return new RedisSentinels();
	}

	/**
	 * Return the sentinels.
	 * @return three servers
	 */
	public List<RedisServer> sentinels() {
		return this.sentinels;
	}

	/**
	 * Return the master and the replica, whichever is which now.
	 * @return two servers
	 */
	public List<RedisServer> servers() {
		return this.servers;
	}

	/**
	 * Return the server that the sentinels name as the master now.
	 * @return the master
	 */
	public RedisServer master() {
		return this.sentinels.stream()
			.filter(RedisServer::isRunning)
			.findFirst()
			.map(this::masterOf)
			.orElseThrow(() -> new IllegalStateException("No sentinel runs"));
	}

	private RedisServer masterOf(RedisServer sentinel) {
		String address = sentinel.cli("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME);
		return this.servers.stream()
			.filter((server) -> address.equals(server.host() + "\n" + server.port()))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("Not one of our servers: " + address));
	}

	/**
	 * Wait until another server is the master, and all sentinels that run say so.
	 * @param failed the master of before, killed or frozen
	 * @return the master
	 * @throws IllegalStateException if there is none after half a minute
	 */
	public RedisServer awaitMasterInsteadOf(RedisServer failed) {
		this.topology.await("master instead of " + failed,
				() -> this.sentinels.stream()
					.filter(RedisServer::isRunning)
					.map(this::masterOf)
					.allMatch((master) -> master != failed && master.cli("ROLE").startsWith("master\n")));
		return master();
	}

	/**
	 * End all servers.
	 */
	@Override
	public void close() {
		this.topology.close();
	}

}

using System.Globalization;

namespace Bickford.Renders.IntegrationTests.Support;

/// <summary>The smallest Ceph that serves S3: one of each, on loopback, without a manager, authentication between its parts, or a disk.</summary>
internal static class CephConfig
{
    public static string Text(string folder, string cluster, int monitorPort) => string.Create(CultureInfo.InvariantCulture, $"""
        [global]
        fsid = {cluster}
        mon host = v1:127.0.0.1:{monitorPort}/0
        mon initial members = a
        auth cluster required = none
        auth service required = none
        auth client required = none
        public addr = 127.0.0.1
        cluster addr = 127.0.0.1
        public network = 127.0.0.0/8
        cluster network = 127.0.0.0/8
        ms bind ipv6 = false
        ms bind msgr2 = false
        ms bind port min = 23400
        ms bind port max = 23960
        run dir = {folder}/run
        pid file = {folder}/run/$name.pid
        admin socket = {folder}/run/$name.asok
        log file = {folder}/log/$name.log
        crash dir = {folder}/log
        osd pool default size = 1
        osd pool default min size = 1
        osd pool default pg num = 1
        osd pool default pgp num = 1
        osd pool default pg autoscale mode = off
        osd crush chooseleaf type = 0
        mon allow pool size one = true
        mon warn on pool no redundancy = false
        mon max pg per osd = 1000
        mon data avail warn = 2
        mon data avail crit = 1
        [mon]
        mon data = {folder}/mon
        mon cluster log file = {folder}/log/cluster.log
        [osd]
        osd data = {folder}/osd
        osd journal size = 100
        osd objectstore = memstore
        memstore device bytes = 8589934592
        osd memory target = 939524096
        osd max write size = 256
        osd op num shards = 2
        [client.rgw]
        rgw data = {folder}/rgw
        rgw dns name = localhost
        rgw thread pool size = 64
        # Gateways tell each other what to forget, and wait half a minute for one that was killed.
        rgw cache enabled = false
        # Deleted data stays for two hours otherwise, and fills the memory.
        rgw gc obj min wait = 5
        rgw gc processor period = 5
        rgw gc processor max time = 60
        rgw enable usage log = false
        rgw enable ops log = false

        """);
}
